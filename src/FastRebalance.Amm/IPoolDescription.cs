namespace FastRebalance.Amm;

/// <summary>
/// Asks the chain what a pool is, in rounds of calls, without doing the calls itself. Used by one thread and once.
/// </summary>
public interface IPoolDescription
{
    /// <summary>Adds the next round of calls.</summary>
    /// <returns>False when nothing more is wanted: the facts stand or the description has failed.</returns>
    bool NextCalls(List<PoolCall> calls);

    /// <summary>Takes the answers of the round, one per call and in order; an empty answer stands for a failed call.</summary>
    void Accept(IReadOnlyList<byte[]> results);

    /// <summary>What the pool is; null until the last round was accepted, and where it failed.</summary>
    PoolFacts? Facts { get; }

    /// <summary>The answer at fault, in a sentence that names the pool; null unless the description has failed.</summary>
    string? Failure { get; }
}
