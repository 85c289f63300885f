using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;

namespace FastRebalance.Simulation.Markets;

/// <summary>Every pair of assets trades at the board's prices less a proportional cost and an impact that grows with the trade.</summary>
/// <param name="CostBps">One-way cost by asset: fee and half the spread. The numeraire costs nothing.</param>
/// <param name="ImpactBpsPerMillion">By asset: how far a trade of a million numeraire moves its average price.</param>
/// <param name="Shape">How that grows with the trade.</param>
public sealed record CostModel(IReadOnlyList<double> CostBps, IReadOnlyList<double> ImpactBpsPerMillion, ImpactShape Shape) : MarketModel
{
    public override string Description => $"every pair at the tape's price, less proportional costs and {(Shape == ImpactShape.Linear ? "linear" : "square-root")} impact";

    public override SimulatedMarket Make(IReadOnlyList<EngineAsset> assets, AssetId numeraire, PriceBoard board)
    {
        List<Pool> pools = [];
        for (int i = 0; i < assets.Count; i++)
            for (int j = i + 1; j < assets.Count; j++)
                pools.Add(new CostModelPool(PoolId.FromIndex(pools.Count), board, Side(i), Side(j), Shape));
        return new Market(pools);

        CostModelPool.Side Side(int asset)
        {
            bool isCash = asset == numeraire.Index;
            double cost = isCash ? 0 : new Bps(CostBps[asset]).Fraction, impact = isCash ? 0 : new Bps(ImpactBpsPerMillion[asset]).Fraction;
            return new CostModelPool.Side(AssetId.FromIndex(asset), Math.Pow(10, assets[asset].Decimals), cost, impact);
        }
    }

    private sealed class Market(IReadOnlyList<Pool> pools) : SimulatedMarket
    {
        public override IReadOnlyList<Pool> Pools => pools;

        public override void Open()
        {
            foreach (Pool pool in pools)
                pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
        }

        /// <remarks>The pools look at the board themselves, when they are asked.</remarks>
        public override void Follow()
        {
        }
    }
}
