using FastRebalance.Core.Events;
using FastRebalance.MarketData;

namespace FastRebalance.Hosting;

/// <summary>Reads the state at the current head, with the feed of a live run.</summary>
internal static class HeadFollowing
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="run">A checked configuration.</param>
    /// <param name="apply">Takes every event up to the first head, and the head.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">The node told no head for half a minute.</exception>
    public static async Task FollowToHeadAsync(PreparedRun run, Action<MarketEvent> apply, CancellationToken cancellation)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(Patience);
        UntilHead sink = new(apply, enough);
        await Composition.Feeds.PoolEventsAlone(run).RunAsync(sink, enough.Token).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (!sink.SawHead)
            throw new TimeoutException($"the node at {run.Node.Endpoint} told no head within {Patience.TotalSeconds:0} s");
    }

    /// <summary>Hands events on until the first head, and then ends the feed.</summary>
    private sealed class UntilHead(Action<MarketEvent> apply, CancellationTokenSource stop) : IEventSink
    {
        public bool SawHead { get; private set; }

        public void Publish(ReadOnlySpan<MarketEvent> events, CancellationToken cancellation)
        {
            if (SawHead)
                return;
            foreach (ref readonly MarketEvent e in events)
            {
                apply(e);
                SawHead |= e.Kind == MarketEventKind.Head;
            }
            if (SawHead)
                stop.Cancel();
        }
    }
}
