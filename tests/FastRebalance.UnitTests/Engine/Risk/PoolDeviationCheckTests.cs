using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Engine.Risk;

public class PoolDeviationCheckTests
{
    private static readonly PoolDeviationCheck Check = new(new Bps(100), TimeSpan.FromSeconds(12));

    private readonly PoolBench _pools = new PoolBench().Started();
    private readonly EngineBench _bench;

    public PoolDeviationCheckTests()
    {
        _bench = new EngineBench(pools: [.. _pools.Pools]).Filled();
        _bench.Valued(0.5, 0.4, 0.1);
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, 100);
    }

    [Fact]
    public void Check_PoolsAtTheReference_IsApproved()
    {
        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Cycle));

        _bench.Reference(EngineBench.Weth, 2524);
        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_SecondSourceAwayFromThePools_RefusesAndNamesTheAsset()
    {
        _bench.Reference(EngineBench.Weth, 2526);

        Assert.Equal(RiskVerdict.PoolDeviation, Check.Check(_bench.Cycle));
        Assert.Equal(EngineBench.Weth, _bench.Cycle.RiskAsset);
    }

    [Fact]
    public void Check_SecondSourceTooOld_TakesThePriceOfThePass()
    {
        _bench.Reference(EngineBench.Weth, 2600);
        _bench.NowUnixNs += 13 * EngineBench.SecondNs;
        _bench.Head(101);

        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_PoolOfThePairMoved_IsSeenThroughItsOtherAsset()
    {
        // 2400 WETH and 100 WBTC say 2500 at WBTC 60000; 98 WBTC say 2450.
        Move(pool: 2, EngineBench.Weth, 2_400, EngineBench.Wbtc, 98);

        Assert.Equal(RiskVerdict.PoolDeviation, Check.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_ThinPoolMoved_SaysNothing()
    {
        Move(pool: 3, EngineBench.Weth, 40, EngineBench.Usdc, 90_000);

        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_PoolThatCannotBeUsed_SaysNothing()
    {
        Move(pool: 0, EngineBench.Weth, 4_000, EngineBench.Usdc, 9_000_000);
        Assert.Equal(RiskVerdict.PoolDeviation, Check.Check(_bench.Cycle));

        _pools.Pools[0].Apply(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = _pools.Pools[0].Id.Value });
        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Cycle));
    }

    private void Move(int pool, AssetId a, double tokensA, AssetId b, double tokensB)
    {
        Pool moved = _pools.Pools[pool];
        MarketEvent e = new() { Kind = MarketEventKind.Reserves, Subject = moved.Id.Value };
        bool inOrder = moved.Asset0 == a;
        e.Reserves.Reserve0 = PoolBench.Units(inOrder ? a : b, inOrder ? tokensA : tokensB);
        e.Reserves.Reserve1 = PoolBench.Units(inOrder ? b : a, inOrder ? tokensB : tokensA);
        moved.Apply(in e);
    }
}
