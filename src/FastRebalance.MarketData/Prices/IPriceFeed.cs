namespace FastRebalance.MarketData.Prices;

/// <summary>A feed that tells prices and nothing of a chain.</summary>
public interface IPriceFeed : IFeed
{
    PriceFeedCounters Counters { get; }

    /// <summary>Why the source was lost, or refused, the last time; null while it never was.</summary>
    string? LastTrouble { get; }
}
