using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Engine.Routing;

public class RouterTests
{
    [Fact]
    public void Quote_TwoPoolsOfAPair_TakesTheDeeper()
    {
        PoolBench bench = new PoolBench().Started();

        RouteStatus status = bench.Router.Quote(PoolBench.Weth, PoolBench.Usdc, PoolBench.Units(PoolBench.Weth, 10), out OrderLeg leg, out uint gas);

        Assert.Equal(RouteStatus.Found, status);
        Assert.Equal(PoolId.FromIndex(0), leg.Pool0);
        Assert.Equal(1, leg.HopCount);
        Assert.NotEqual(0u, gas);
    }

    [Fact]
    public void Quote_DirectPoolTooShallow_GoesAround()
    {
        PoolBench bench = new PoolBench().Started();
        bench.ReadyPool(2, PoolBench.Weth, 0.24, PoolBench.Wbtc, 0.01);
        bench.EndBlock();

        bench.Router.Quote(PoolBench.Weth, PoolBench.Wbtc, PoolBench.Units(PoolBench.Weth, 10), out OrderLeg leg, out _);

        Assert.Equal([PoolId.FromIndex(0), PoolId.FromIndex(1)], [leg.Pool0, leg.Pool1]);
    }

    [Fact]
    public void Quote_NothingConnects_IsNoPath()
    {
        PoolBench bench = new(null, (PoolBench.Weth, PoolBench.Usdc));
        bench.ReadyPool(0, PoolBench.Weth, 4_000, PoolBench.Usdc, 10_000_000);
        bench.EndBlock();

        Assert.Equal(RouteStatus.NoPath, bench.Router.Quote(PoolBench.Weth, PoolBench.Wbtc, 1_000_000, out _, out _));
    }

    [Fact]
    public void Quote_DustThatBringsNothing_IsNoLiquidity()
    {
        PoolBench bench = new PoolBench().Started();

        Assert.Equal(RouteStatus.NoLiquidity, bench.Router.Quote(PoolBench.Weth, PoolBench.Usdc, 1, out _, out _));
    }

    [Fact]
    public void Quote_GasAboveTheProceeds_IsNotWorthIt()
    {
        PoolBench bench = new PoolBench().Started();

        // A cent of WETH; a swap of 65000 gas at 2 gwei costs about 33 cents.
        Assert.Equal(RouteStatus.NotWorthGas, bench.Router.Quote(PoolBench.Weth, PoolBench.Usdc, PoolBench.Units(PoolBench.Weth, 0.000004), out _, out _));
    }

    [Theory]
    [InlineData("uniswap-v3")]
    [InlineData("uniswap-v4")]
    public void Route_BestPool_ServesOrdersOnlyWhereItTakesThemAndQuotesAlways(string kind)
    {
        Pool best = FreePoolAt2500(kind);
        PoolBench bench = new(best);
        bench.ReadyPool(0, PoolBench.Weth, 4_000, PoolBench.Usdc, 10_000_000);
        bench.ReadyPool(1, PoolBench.Wbtc, 150, PoolBench.Usdc, 9_000_000);
        bench.Hold(PoolBench.Weth, 100);
        bench.Hold(PoolBench.Wbtc, 0);
        bench.Hold(PoolBench.Usdc, 0);
        bench.Price(PoolBench.Weth, 2500);
        bench.Price(PoolBench.Wbtc, 60000);
        bench.EndBlock();

        bench.Router.Quote(PoolBench.Weth, PoolBench.Usdc, PoolBench.Units(PoolBench.Weth, 10), out OrderLeg quoted, out _);

        Assert.Equal(best.Id, quoted.Pool0);
        Assert.NotEmpty(bench.LastLegs);
        bool isUsed = bench.LastLegs.Any(leg => Enumerable.Range(0, leg.HopCount).Any(hop => leg.Pool(hop) == best.Id));
        Assert.Equal(best.TakesOrders, isUsed);
        Assert.Equal(kind == "uniswap-v3", isUsed);
    }

    /// <summary>A fifth pool, WETH/USDC, deeper than the others and without a fee.</summary>
    private static Pool FreePoolAt2500(string kind)
    {
        const int Tick = -198_080;
        Address weth = Address.Parse("0x0000000000000000000000000000000000000e01"), usdc = Address.Parse("0x0000000000000000000000000000000000000e02");
        PoolId id = PoolId.FromIndex(4);
        Assert.True(PoolKinds.TryFind(kind, out PoolKind? made));
        Pool pool = made.Create(new PoolFacts(kind, Address.Parse("0x0000000000000000000000000000000000000e03"), weth, usdc, 0, 10)
        {
            Parameters = new Dictionary<string, string>
                { ["currency0"] = weth.ToString(), ["currency1"] = usdc.ToString(), ["fee"] = "0", ["tickSpacing"] = "10" },
        }, id, [PoolBench.Weth, PoolBench.Usdc]);
        if (kind == "uniswap-v4")
            pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolParameter, Subject = id.Value });
        pool.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Concentrated,
            Subject = id.Value,
            Concentrated = new ConcentratedState { SqrtPriceX96 = TickMath.SqrtRatioAtTick(Tick), Tick = Tick },
        });
        pool.Apply(new MarketEvent
        {
            Kind = MarketEventKind.LiquidityChange,
            Subject = id.Value,
            Liquidity = new LiquidityChange { TickLower = -300_000, TickUpper = 0, Delta = 10_000_000_000_000_000_000 },
        });
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = id.Value });
        Assert.True(pool.IsReady);
        return pool;
    }
}
