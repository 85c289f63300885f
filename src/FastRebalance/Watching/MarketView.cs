namespace FastRebalance.Watching;

/// <summary>The part of a desk's state that its books tell: made by <see cref="DeskWatch"/>, complete or not at all.</summary>
internal sealed record MarketView
{
    /// <summary>The engine's clock, nanoseconds since 1970.</summary>
    public required long UnixNs { get; init; }

    /// <summary>When the newest head's block was made, nanoseconds since 1970; 0 before the first.</summary>
    public required long HeadUnixNs { get; init; }

    public required long NewestPriceUnixNs { get; init; }

    public required ulong HeadBlock { get; init; }

    public required bool IsConsistent { get; init; }

    public required double? ValueNumeraire { get; init; }

    public required double? MaxDriftBps { get; init; }

    public required string WorstAsset { get; init; }

    public required IReadOnlyList<AssetState> Assets { get; init; }

    public required IReadOnlyList<TriggerState> Triggers { get; init; }

    public required double BaseFeeGwei { get; init; }

    public required double TipGwei { get; init; }

    public required double GasTodayNumeraire { get; init; }
}
