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
}
