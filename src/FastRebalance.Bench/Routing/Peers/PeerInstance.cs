using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A market and orders in it, each to be answered on the market as it stands here.</summary>
/// <param name="Name">By which answers refer to it.</param>
/// <param name="Prices">By asset: what a base unit is worth, about which the pools agree to within their fee.</param>
/// <param name="Pools">Pairs with Uniswap V2's own fee.</param>
/// <param name="Orders">Each by itself.</param>
public sealed record PeerInstance(
    string Name, IReadOnlyList<double> Prices, IReadOnlyList<PeerPool> Pools, IReadOnlyList<PeerOrder> Orders)
{
    /// <summary>The pools as ours, ready to be quoted; a pool's id is its place.</summary>
    /// <exception cref="InvalidDataException">A pool cannot be.</exception>
    public IReadOnlyList<Pool> MakePools()
    {
        List<Pool> pools = new(Pools.Count);
        for (int i = 0; i < Pools.Count; i++)
            pools.Add(MakePool(i));
        return pools;
    }

    private UniswapV2Pool MakePool(int place)
    {
        PeerPool pool = Pools[place];
        if (pool.Asset0 < 0 || pool.Asset0 >= pool.Asset1 || pool.Asset1 >= Prices.Count)
            throw new InvalidDataException($"{Name}, pool {place}: wanted are two assets below {Prices.Count}, the lower one first");
        PoolId id = PoolId.FromIndex(place);
        UniswapV2Pool made = new(
            new PoolFacts(UniswapV2Pool.KindName, default, default, default, UniswapV2Kind.DefaultFeePips), id,
            [AssetId.FromIndex(pool.Asset0), AssetId.FromIndex(pool.Asset1)]);
        made.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Reserves,
            Subject = id.Value,
            Reserves = new PoolReserves { Reserve0 = pool.Reserve0, Reserve1 = pool.Reserve1 },
        });
        made.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = id.Value });
        if (!made.IsReady)
            throw new InvalidDataException($"{Name}, pool {place}: reserves of at most 112 bits are wanted");
        return made;
    }
}
