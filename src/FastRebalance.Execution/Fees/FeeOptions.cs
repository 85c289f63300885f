namespace FastRebalance.Execution.Fees;

/// <summary>How fees are read off the chain's recent blocks.</summary>
public sealed record FeeOptions
{
    /// <summary>Blocks of history that are looked at.</summary>
    public int HistoryBlocks { get; init; } = 10;

    /// <summary>Which tip of each block is looked at, 0 to 100: 60 pays more than most of a block does.</summary>
    public double TipPercentile { get; init; } = 60;

    /// <summary>The tip where the history shows less or nothing.</summary>
    public ulong MinTipWei { get; init; } = 100_000_000;
}
