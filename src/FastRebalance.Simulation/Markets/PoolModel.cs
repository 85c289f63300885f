using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;

namespace FastRebalance.Simulation.Markets;

/// <summary>One simulated pool of a real kind.</summary>
/// <param name="Kind">uniswap-v2 or uniswap-v3.</param>
/// <param name="Asset0">One asset.</param>
/// <param name="Asset1">The other.</param>
/// <param name="FeePips">Fee in millionths.</param>
/// <param name="TickSpacing">For uniswap-v3.</param>
/// <param name="DepthNumeraire">What both virtual reserves are worth together at the first prices.</param>
public sealed record SimulatedPool(string Kind, AssetId Asset0, AssetId Asset1, uint FeePips, int TickSpacing, double DepthNumeraire);

/// <summary>
/// Pools of the real kinds with the real arithmetic. Their liquidity stays as it began; at every step arbitrage is taken to have brought
/// them to the tape's price, so a trade moves the price it gets itself and none that comes later.
/// </summary>
/// <param name="Pools">What there is to trade on.</param>
public sealed record PoolModel(IReadOnlyList<SimulatedPool> Pools) : MarketModel
{
    public override string Description => $"{Pools.Count} simulated pools with the contracts' arithmetic, brought to the tape's price at every step";

    public override SimulatedMarket Make(IReadOnlyList<EngineAsset> assets, AssetId numeraire, PriceBoard board)
    {
        List<PeggedPool> pools = [];
        foreach (SimulatedPool pool in Pools)
        {
            if (!PoolKinds.TryFind(pool.Kind, out PoolKind? kind))
                throw new ArgumentException($"no pool kind is called '{pool.Kind}'");
            PoolFacts facts = new(pool.Kind, default, default, default, pool.FeePips, pool.TickSpacing);
            Pool real = kind.Create(facts, PoolId.FromIndex(pools.Count), pool.Asset0, pool.Asset1);
            pools.Add(new PeggedPool(real, board, UnitsOf(pool.Asset0), UnitsOf(pool.Asset1), pool.DepthNumeraire));
        }
        return new Market(pools);

        double UnitsOf(AssetId asset) => Math.Pow(10, assets[asset.Index].Decimals);
    }

    private sealed class Market(IReadOnlyList<PeggedPool> pools) : SimulatedMarket
    {
        public override IReadOnlyList<Pool> Pools { get; } = [.. pools.Select(p => p.Pool)];

        public override void Open()
        {
            foreach (PeggedPool pool in pools)
                pool.Open();
        }

        public override void Follow()
        {
            foreach (PeggedPool pool in pools)
                pool.Follow();
        }
    }
}
