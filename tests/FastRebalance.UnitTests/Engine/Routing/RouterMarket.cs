using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Routing;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Engine.Routing;

/// <summary>A router over assets and pools made for one test, without prices of gas; and the plain way, which quotes every path there is.</summary>
internal sealed class RouterMarket
{
    private readonly Lazy<Router> _router;

    public RouterMarket(int assets, bool native = false)
    {
        _router = new Lazy<Router>(() =>
        {
            EngineSetup setup = new(
                [.. Enumerable.Range(0, assets).Select(i => new EngineAsset($"A{i}", 18))], Pools, AssetId.FromIndex(0), AssetId.FromIndex(1), Epoch: 1);
            int edges = Pools.Sum(pool => pool.Assets.Length * (pool.Assets.Length - 1));
            IPathSearch search = native ? new NativePathSearch(assets, edges) : new ManagedPathSearch(assets, edges);
            return new Router(setup, new MarketState(setup), search);
        });
    }

    public List<Pool> Pools { get; } = [];

    public Router Router => _router.Value;

    public static AssetId Asset(int index) => AssetId.FromIndex(index);

    public void AddPair(int asset0, int asset1, UInt256 reserve0, UInt256 reserve1, uint feePips = 3000)
    {
        PoolId id = PoolId.FromIndex(Pools.Count);
        PoolFacts facts = new(UniswapV2Pool.KindName, Token(0x1000 + Pools.Count), Token(asset0), Token(asset1), feePips);
        UniswapV2Pool pool = new(facts, id, [Asset(asset0), Asset(asset1)]);
        Pools.Add(pool);
        SetReserves(id.Index, reserve0, reserve1);
    }

    public void SetReserves(int pool, UInt256 reserve0, UInt256 reserve1)
    {
        ushort subject = PoolId.FromIndex(pool).Value;
        Pools[pool].Apply(new MarketEvent
        {
            Kind = MarketEventKind.Reserves, Subject = subject, Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 },
        });
        Pools[pool].Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = subject });
    }

    /// <summary>Most that any path brings; zero where none brings anything.</summary>
    public UInt256 MostOut(AssetId sell, AssetId buy, UInt256 amountIn) => MostOut(sell, sell, buy, amountIn, []);

    /// <summary>Least that any path takes and that brings the amount; the greatest number where none does.</summary>
    public UInt256 LeastIn(AssetId sell, AssetId buy, UInt256 amountOut) => LeastIn(buy, sell, buy, amountOut, []);

    private UInt256 MostOut(AssetId at, AssetId sell, AssetId buy, UInt256 amount, List<(Pool Pool, AssetId Asset)> path)
    {
        UInt256 best = UInt256.Zero;
        foreach ((Pool pool, AssetId next) in Steps(at, path, sell))
        {
            if (pool.QuoteExactIn(at, next, amount, out SwapQuote quote) != QuoteStatus.Exact)
                continue;
            path.Add((pool, next));
            best = UInt256.Max(best, next == buy ? quote.AmountOut : path.Count < OrderEvent.MaxHops ? MostOut(next, sell, buy, quote.AmountOut, path) : 0);
            path.RemoveAt(path.Count - 1);
        }
        return best;
    }

    private UInt256 LeastIn(AssetId at, AssetId sell, AssetId buy, UInt256 amount, List<(Pool Pool, AssetId Asset)> path)
    {
        UInt256 best = UInt256.MaxValue;
        foreach ((Pool pool, AssetId next) in Steps(at, path, buy))
        {
            if (pool.QuoteExactOut(next, at, amount, out SwapQuote quote) != QuoteStatus.Exact)
                continue;
            path.Add((pool, next));
            UInt256 least = next == sell ? quote.AmountInUsed
                : path.Count < OrderEvent.MaxHops ? LeastIn(next, sell, buy, quote.AmountInUsed, path) : UInt256.MaxValue;
            best = UInt256.Min(best, least);
            path.RemoveAt(path.Count - 1);
        }
        return best;
    }

    private IEnumerable<(Pool, AssetId)> Steps(AssetId at, List<(Pool Pool, AssetId Asset)> path, AssetId start) =>
        from pool in Pools
        where pool.Holds(at) && path.All(step => step.Pool != pool)
        from next in pool.Assets.ToArray()
        where next != at && next != start && path.All(step => step.Asset != next)
        select (pool, next);

    private static Address Token(int number) => Address.Parse($"0x{number + 1:x40}");
}
