using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>What a portfolio holds and where it should stand, for measuring its drift at other prices. Immutable.</summary>
/// <param name="Numeraire">What is counted in.</param>
/// <param name="Assets">The assets held.</param>
/// <param name="Units">Base units held of each.</param>
/// <param name="Targets">The weight that each should have, 0 to 1.</param>
/// <param name="PricePools">The pool of each asset and the numeraire that tells its price; none for the numeraire itself.</param>
public sealed record PortfolioWeights(
    AssetId Numeraire, IReadOnlyList<AssetId> Assets, IReadOnlyList<double> Units, IReadOnlyList<double> Targets, IReadOnlyList<PoolId> PricePools)
{
    public int Count => Assets.Count;
}
