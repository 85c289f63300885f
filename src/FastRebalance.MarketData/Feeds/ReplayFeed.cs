using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;

namespace FastRebalance.MarketData.Feeds;

/// <summary>When replayed events are published. Zero is no pace.</summary>
public enum ReplayPace : byte
{
    None = 0,

    /// <summary>One after the other without a pause, stamps as they were: the same decisions, byte for byte.</summary>
    AsFastAsPossible,

    /// <summary>At the distances of their due times, which are moved onto the present clock: for latencies under a recorded load.</summary>
    OnSchedule,
}

/// <summary>Publishes events that were recorded or made up, in their order.</summary>
/// <param name="events">Read once, on the feed's thread.</param>
/// <param name="pace">When to publish.</param>
public sealed class ReplayFeed(IEnumerable<MarketEvent> events, ReplayPace pace) : IFeed
{
    public const string FeedName = "replay";

    private const int BatchSize = 256;
    private const long NanosecondsPerMillisecond = 1_000_000;

    // A sleep wakes this late at worst on a quiet machine; the rest is spun.
    private const long SpinNs = 2 * NanosecondsPerMillisecond;

    public string Name => FeedName;

    /// <summary>Events published so far.</summary>
    public long Published { get; private set; }

    public async Task RunAsync(IEventSink sink, CancellationToken cancellation)
    {
        try
        {
            if (pace == ReplayPace.OnSchedule)
                await RunOnScheduleAsync(sink, cancellation).ConfigureAwait(false);
            else if (pace == ReplayPace.AsFastAsPossible)
                await Task.Run(() => RunFast(sink, cancellation), cancellation).ConfigureAwait(false);
            else
                throw new ArgumentException("a replay has no pace: choose as fast as possible or on schedule");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host asked us to end.
        }
    }

    private void RunFast(IEventSink sink, CancellationToken cancellation)
    {
        List<MarketEvent> batch = new(BatchSize);
        foreach (MarketEvent e in events)
        {
            if (e.Kind == MarketEventKind.None)
            {
                Flush(sink, batch, cancellation);
                throw NoEvent();
            }
            batch.Add(e);
            if (batch.Count == BatchSize)
                Flush(sink, batch, cancellation);
        }
        Flush(sink, batch, cancellation);
    }

    private void Flush(IEventSink sink, List<MarketEvent> batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        sink.Publish(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch), cancellation);
        Published += batch.Count;
        batch.Clear();
    }

    private async Task RunOnScheduleAsync(IEventSink sink, CancellationToken cancellation)
    {
        long? shift = null;
        foreach (MarketEvent recorded in events)
        {
            if (recorded.Kind == MarketEventKind.None)
                throw NoEvent();
            shift ??= MonotonicClock.NowNs - recorded.DueNs;
            MarketEvent e = recorded;
            e.DueNs += shift.Value;
            await UntilAsync(e.DueNs, cancellation).ConfigureAwait(false);
            sink.Publish(new ReadOnlySpan<MarketEvent>(in e), cancellation);
            Published++;
        }
    }

    private static async Task UntilAsync(long dueNs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long left = dueNs - MonotonicClock.NowNs;
        if (left > SpinNs)
            await Task.Delay((int)Math.Min(int.MaxValue, (left - SpinNs) / NanosecondsPerMillisecond), cancellation).ConfigureAwait(false);
        SpinWait spin = default;
        while (MonotonicClock.NowNs < dueNs)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    private InvalidDataException NoEvent() => new($"the event at place {Published} of the replay is empty: the recording is damaged there");
}
