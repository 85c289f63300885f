namespace FastRebalance.Execution.Mempool;

/// <summary>What waiting and failing cost an order, for weighing what is pending; in base points of the order.</summary>
public sealed record PendingTerms
{
    /// <summary>What a block of waiting costs.</summary>
    public double DelayBpsPerBlock { get; init; } = 1;

    /// <summary>What a revert costs in gas.</summary>
    public double RevertBps { get; init; } = 5;

    /// <summary>What standing before everybody costs in tips.</summary>
    public double SpeedUpBps { get; init; } = 2;

    /// <summary>What the trade costs by itself, saved where others do its work.</summary>
    public double TradeCostBps { get; init; } = 10;

    /// <summary>Blocks that an order waits at most for what is pending; then it goes, or its deadline passes.</summary>
    public int MaxWaitBlocks { get; init; } = 3;

    /// <summary>Blocks for which orders keep to private channels, where there are any, after one was stood before in the pool.</summary>
    public int PrivateBlocks { get; init; } = 50;

    /// <summary>How long an order waits for an advice; without one it goes as if nothing were pending.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(20);
}
