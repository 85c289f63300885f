using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Sizing;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Engine.Routing;

/// <summary>A pass's trades as one basket: spread where that brings more, one path where gas says so, never outside risk's bounds.</summary>
public sealed class BasketRouterTests
{
    private static readonly AssetId Cash = AssetId.FromIndex(0);
    private static readonly AssetId Coin = AssetId.FromIndex(1);
    private static readonly AssetId Middle = AssetId.FromIndex(2);
    private static readonly UInt256 Token = UInt256.PowerOfTen(18);

    private readonly List<Pool> _pools = [];

    [Fact]
    public void Route_TwoEqualPools_SpreadsTheTradeAndBringsMoreThanEither()
    {
        AddPair(Cash, Coin, 1000, 1000);
        AddPair(Cash, Coin, 1000, 1000);
        RebalanceCycle cycle = Route(maxSlippageBps: 2000, gasPriceWei: 0, Sell(Coin, Cash, 100));

        Assert.Equal(RouteStatus.Found, cycle.Route);
        Assert.Equal(2, cycle.LegCount);
        Assert.NotEqual(cycle.Legs[0].Pool0, cycle.Legs[1].Pool0);
        Assert.Equal(100 * Token, cycle.Legs[0].AmountIn + cycle.Legs[1].AmountIn);
        _pools[0].QuoteExactIn(Coin, 100 * Token, out SwapQuote single);
        Assert.True(cycle.Legs[0].ExpectedOut + cycle.Legs[1].ExpectedOut > single.AmountOut + 4 * Token);
        AssertLegsHold(cycle);
    }

    [Fact]
    public void Route_GasDearerThanTheSpreadBrings_TakesOnePool()
    {
        AddPair(Cash, Coin, 1000, 1000);
        AddPair(Cash, Coin, 1000, 1000);
        // A leg of 100 000 gas costs 10 coins; spreading brings 4.
        RebalanceCycle cycle = Route(maxSlippageBps: 2000, gasPriceWei: 100_000_000_000_000, Sell(Coin, Cash, 100));

        Assert.Equal(RouteStatus.Found, cycle.Route);
        Assert.Equal(1, cycle.LegCount);
        AssertLegsHold(cycle);
    }

    [Fact]
    public void Route_ThroughAMiddleAsset_IsOnePathOfTwoHops()
    {
        AddPair(Cash, Coin, 1000, 1000);
        AddPair(Coin, Middle, 100_000, 100_000);
        AddPair(Cash, Middle, 100_000, 100_000);
        RebalanceCycle cycle = Route(maxSlippageBps: 2000, gasPriceWei: 0, Sell(Coin, Cash, 100));

        Assert.Equal(2, cycle.LegCount);
        OrderLeg path = Assert.Single(cycle.Legs.ToArray(), leg => leg.HopCount == 2);
        Assert.Equal((Coin, Cash, Middle), (path.Sell, path.Buy, path.BoughtAt(0)));
        AssertLegsHold(cycle);
    }

    [Fact]
    public void Route_TwoTradesThatMeetInAPool_ShareNoPool()
    {
        AddPair(Cash, Coin, 1000, 1000);
        AddPair(Cash, Middle, 1000, 1000);
        AddPair(Coin, Middle, 5000, 5000);
        RebalanceCycle cycle = Route(maxSlippageBps: 3000, gasPriceWei: 0, Sell(Coin, Cash, 50), Sell(Middle, Cash, 50));

        Assert.Equal(RouteStatus.Found, cycle.Route);
        PoolId[] used = [.. cycle.Legs.ToArray().SelectMany(leg => Enumerable.Range(0, leg.HopCount).Select(leg.Pool))];
        Assert.Equal(used.Length, used.Distinct().Count());
        AssertLegsHold(cycle);
    }

    [Fact]
    public void Route_OutsideTheSlippage_AddsNothing()
    {
        AddPair(Cash, Coin, 10, 10);
        AddPair(Cash, Coin, 10, 10);
        RebalanceCycle cycle = Route(maxSlippageBps: 50, gasPriceWei: 0, Sell(Coin, Cash, 100));

        Assert.Equal(0, cycle.LegCount);
        Assert.Equal(RouteStatus.WorseThanBound, cycle.Route);
    }

    [Fact]
    public void Route_Repeated_AllocatesNothing()
    {
        AddPair(Cash, Coin, 1000, 1000);
        AddPair(Cash, Coin, 1000, 1000);
        AddPair(Coin, Middle, 100_000, 100_000);
        AddPair(Cash, Middle, 100_000, 100_000);
        (Router router, RebalanceCycle cycle) = Make(maxSlippageBps: 2000, gasPriceWei: 1_000_000_000);
        long least = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                cycle.Begin();
                cycle.Add(Sell(Coin, Cash, (ulong)(10 + i)));
                router.Route(cycle);
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
        Assert.Equal(RouteStatus.Found, cycle.Route);
    }

    private RebalanceCycle Route(int maxSlippageBps, ulong gasPriceWei, params Trade[] trades)
    {
        (Router router, RebalanceCycle cycle) = Make(maxSlippageBps, gasPriceWei);
        cycle.Begin();
        foreach (Trade trade in trades)
            cycle.Add(in trade);
        router.Route(cycle);
        return cycle;
    }

    private (Router Router, RebalanceCycle Cycle) Make(int maxSlippageBps, ulong gasPriceWei)
    {
        EngineSetup setup = new([new("CASH", 18), new("COIN", 18), new("MIDDLE", 18)], _pools, Cash, Coin, Epoch: 1);
        MarketState market = new(setup);
        foreach (AssetId asset in new[] { Coin, Middle })
            market.Apply(new MarketEvent { Kind = MarketEventKind.Price, Subject = asset.Value, UnixNs = 1, Price = new PriceUpdate { NumerairePerToken = 1 } });
        market.Apply(new MarketEvent { Kind = MarketEventKind.Head, UnixNs = 2, BlockNumber = 1, Head = new BlockHead { BaseFeePerGasWei = gasPriceWei } });
        Router router = new(setup, market, PathSearches.ManagedForPools(3, _pools));
        return (router, new RebalanceCycle(market, new RiskBounds(1e9, new Bps(maxSlippageBps)), Cash));
    }

    private static Trade Sell(AssetId sell, AssetId buy, ulong tokens) =>
        new() { Sell = sell, Buy = buy, AmountIn = tokens * Token, ValueNumeraire = tokens };

    private void AssertLegsHold(RebalanceCycle cycle)
    {
        foreach (OrderLeg leg in cycle.Legs)
        {
            UInt256 amount = leg.AmountIn;
            AssetId at = leg.Sell;
            for (int hop = 0; hop < leg.HopCount; hop++)
            {
                Assert.Equal(QuoteStatus.Exact, _pools[leg.Pool(hop).Index].QuoteExactIn(at, leg.BoughtAt(hop), amount, out SwapQuote quote));
                (amount, at) = (quote.AmountOut, leg.BoughtAt(hop));
            }
            Assert.Equal(leg.ExpectedOut, amount);
            Assert.True(!leg.MinimumOut.IsZero && leg.MinimumOut <= leg.ExpectedOut);
        }
    }

    private void AddPair(AssetId a, AssetId b, ulong tokensA, ulong tokensB)
    {
        PoolId id = PoolId.FromIndex(_pools.Count);
        UniswapV2Pool pool = new(new PoolFacts(UniswapV2Pool.KindName, default, default, default, 3_000), id, [a, b]);
        pool.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Reserves,
            Subject = id.Value,
            Reserves = new PoolReserves { Reserve0 = tokensA * Token, Reserve1 = tokensB * Token },
        });
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = id.Value });
        _pools.Add(pool);
    }
}
