using FastRebalance.Core.Events;

namespace FastRebalance.Amm;

/// <summary>
/// Reads a pool's whole state in rounds of calls, without doing the calls itself. Every round must be asked at the same
/// block. Used by one thread and once.
/// </summary>
public interface IPoolSnapshot
{
    /// <summary>Adds the next round of calls, each an <c>eth_call</c>.</summary>
    /// <returns>False when nothing more is wanted: the snapshot is complete or has failed.</returns>
    bool NextCalls(List<PoolCall> calls);

    /// <summary>Takes the answers of the round, one per call and in order; an empty answer stands for a failed call.</summary>
    /// <param name="results">The raw return data.</param>
    /// <param name="events">
    /// On <see cref="SnapshotStatus.Complete"/> the whole state is appended: a reset, the state, and ready at the end. Otherwise
    /// nothing is. The caller fills block and time.
    /// </param>
    SnapshotStatus Accept(IReadOnlyList<byte[]> results, List<MarketEvent> events);

    /// <summary>What was wrong, in a sentence; null unless the snapshot has failed.</summary>
    string? Failure { get; }
}
