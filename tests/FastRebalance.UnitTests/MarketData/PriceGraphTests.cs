using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.MarketData;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData;

public sealed class PriceGraphTests
{
    private readonly FakeMarket _market = new();

    [Fact]
    public void TryPrice_PoolsNotReady_HasNoPrice()
    {
        PriceGraph graph = new(_market.Assets, FakeMarket.U, _market.Pools);
        Assert.False(graph.TryPrice(FakeMarket.W, out _));
        Assert.True(graph.CanEverPrice(FakeMarket.W));
    }

    [Fact]
    public void TryPrice_TheNumeraireItself_HasNoPriceEvent()
    {
        PriceGraph graph = Ready();
        Assert.False(graph.TryPrice(FakeMarket.U, out _));
    }

    [Fact]
    public void TryPrice_DirectPairBecomesTheDeepest_TakesIt()
    {
        PriceGraph graph = Ready();
        Fill(_market.Pools[2], FakeMarket.Tokens(900_000, 6), FakeMarket.Tokens(100_000, 18));
        Assert.True(graph.TryPrice(FakeMarket.L, out PriceUpdate price));
        Assert.Equal(9, price.NumerairePerToken, 1e-9);
        Assert.Equal((PoolId.FromIndex(2), PoolId.None), (price.Via0, price.Via1));
    }

    [Fact]
    public void TryPrice_EquallyDeep_TakesTheShorterThenTheLowerId()
    {
        Pool twin = new UniswapV2Pool(_market.Pools[0].Facts with { Address = FakeMarket.Named(0x99) }, PoolId.FromIndex(3), [FakeMarket.W, FakeMarket.U]);
        Pool[] pools = [.. _market.Pools, twin];
        foreach (IReadOnlyList<Pool> order in new[] { pools, [.. pools.Reverse()] })
        {
            Fill(pools[0], FakeMarket.Tokens(100, 18), FakeMarket.Tokens(200_000, 6));
            Fill(twin, FakeMarket.Tokens(100, 18), FakeMarket.Tokens(200_000, 6));
            Assert.True(new PriceGraph(_market.Assets, FakeMarket.U, order).TryPrice(FakeMarket.W, out PriceUpdate price));
            Assert.Equal(PoolId.FromIndex(0), price.Via0);
        }
    }

    [Fact]
    public void TryPrice_FourPoolsAway_IsTooFar()
    {
        FeedAsset[] assets = [.. Enumerable.Range(0, 5).Select(i => new FeedAsset($"A{i}", FakeMarket.Named((byte)(i + 1)), 18))];
        Pool[] chain = [.. Enumerable.Range(0, 4).Select(i => new UniswapV2Pool(
            new PoolFacts(UniswapV2Pool.KindName, FakeMarket.Named((byte)(0x40 + i)), assets[i].Token, assets[i + 1].Token, 3_000),
            PoolId.FromIndex(i), [AssetId.FromIndex(i), AssetId.FromIndex(i + 1)]))];
        foreach (Pool pool in chain)
            Fill(pool, 1_000_000, 2_000_000);
        PriceGraph graph = new(assets, AssetId.FromIndex(0), chain);
        Assert.True(graph.TryPrice(AssetId.FromIndex(3), out PriceUpdate price));
        Assert.Equal(0.125, price.NumerairePerToken, 1e-12);
        Assert.Equal((PoolId.FromIndex(2), PoolId.FromIndex(1), PoolId.FromIndex(0)), (price.Via0, price.Via1, price.Via2));
        Assert.False(graph.TryPrice(AssetId.FromIndex(4), out _));
        Assert.False(graph.CanEverPrice(AssetId.FromIndex(4)));
    }

    [Fact]
    public void TryPrice_Repeated_AllocatesNothing()
    {
        PriceGraph graph = Ready();
        graph.TryPrice(FakeMarket.L, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            graph.TryPrice(FakeMarket.L, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private PriceGraph Ready()
    {
        foreach (Pool pool in _market.Pools)
        {
            (UInt256 reserve0, UInt256 reserve1) = _market.Chain.Latest.Reserves[pool.Address];
            Fill(pool, reserve0, reserve1);
        }
        return new PriceGraph(_market.Assets, FakeMarket.U, _market.Pools);
    }

    private static void Fill(Pool pool, UInt256 reserve0, UInt256 reserve1)
    {
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = pool.Id.Value });
        pool.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Reserves,
            Subject = pool.Id.Value,
            Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 },
        });
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
    }
}
