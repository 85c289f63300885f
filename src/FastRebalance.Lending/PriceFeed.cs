using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>Where a price comes from.</summary>
/// <param name="Slot">Where it stands in <see cref="LendingMarket.Prices"/>.</param>
/// <param name="Asset">What the oracle is asked for.</param>
/// <param name="Source">Whom the oracle asks.</param>
/// <param name="Aggregator">Who writes the logs: the source itself, or what stands behind it.</param>
public sealed record PriceFeed(int Slot, Address Asset, Address Source, Address Aggregator);
