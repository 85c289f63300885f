using FastRebalance.Core.Events;
using FastRebalance.MarketData;

namespace FastRebalance.Tests;

/// <summary>Keeps what a feed publishes, batch by batch.</summary>
internal sealed class RecordingSink : IEventSink
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly List<MarketEvent[]> _batches = [];
    private readonly Lock _lock = new();

    public MarketEvent[][] Batches
    {
        get
        {
            lock (_lock)
                return [.. _batches];
        }
    }

    public MarketEvent[] Events => [.. Batches.SelectMany(batch => batch)];

    public void Publish(ReadOnlySpan<MarketEvent> events, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
            _batches.Add(events.ToArray());
    }

    /// <summary>The batch with this number, from 0, as soon as it was published; a feed that never does fails by the generous limit.</summary>
    public async Task<MarketEvent[]> BatchAsync(int number)
    {
        using CancellationTokenSource limit = new(s_limit);
        while (Batches.Length <= number)
            await Task.Delay(2, limit.Token);
        return Batches[number];
    }
}
