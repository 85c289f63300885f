using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.UnitTests.Engine;

public sealed class FlattenTests
{
    [Fact]
    public void Decide_FlattenSaid_SellsAllIntoTheNumeraireAndNothingElse()
    {
        PoolBench bench = Balanced(new PoolBench(Deep));
        Assert.Equal(DecisionVerdict.InsideBand, bench.LastDecision.Decision.Verdict);

        bench.Operator(OperatorCommand.Flatten);
        bench.EndBlock();

        DecisionOutcome decision = bench.LastDecision.Decision;
        Assert.Equal((DecisionVerdict.Order, PolicyTier.Economic, (byte)0), (decision.Verdict, decision.Tier, decision.Trigger));
        Assert.All(bench.LastLegs, static leg => Assert.Equal(PoolBench.Usdc, leg.Buy));
        Assert.Equal(bench.Pipeline.Market.Holdings[PoolBench.Weth.Index], Sold(bench, PoolBench.Weth));
        Assert.Equal(bench.Pipeline.Market.Holdings[PoolBench.Wbtc.Index], Sold(bench, PoolBench.Wbtc));
    }

    [Fact]
    public void Decide_FlatAndLeftFlat_OrdersNothingUntilResume()
    {
        PoolBench bench = Balanced(new PoolBench());
        bench.Operator(OperatorCommand.Flatten);
        bench.Hold(PoolBench.Weth, 0);
        bench.Hold(PoolBench.Wbtc, 0);
        bench.Hold(PoolBench.Usdc, 500_000);
        bench.EndBlock();
        Assert.Equal(DecisionVerdict.InsideBand, bench.LastDecision.Decision.Verdict);

        bench.Operator(OperatorCommand.Resume);
        bench.EndBlock();

        Assert.Equal(DecisionVerdict.Order, bench.LastDecision.Decision.Verdict);
        Assert.Equal((byte)1, bench.LastDecision.Decision.Trigger);
        Assert.All(bench.LastLegs, static leg => Assert.Equal(PoolBench.Usdc, leg.Sell));
    }

    [Fact]
    public void Decide_PausedWhileFlattening_IsRefusedAndFlattenEndsThePause()
    {
        PoolBench bench = Balanced(new PoolBench());
        bench.Operator(OperatorCommand.Flatten);
        bench.Operator(OperatorCommand.Pause);
        bench.EndBlock();
        Assert.Equal((DecisionVerdict.Refused, RiskVerdict.KillSwitch), (bench.LastDecision.Decision.Verdict, bench.LastDecision.Decision.Risk));

        bench.Operator(OperatorCommand.Flatten);
        bench.EndBlock();

        Assert.Equal(DecisionVerdict.Order, bench.LastDecision.Decision.Verdict);
    }

    [Fact]
    public void Decide_SizerThatStopsHalfWay_DoesNotStopAFlattening()
    {
        PoolBench bench = Balanced(new PoolBench(static policy => Deep(policy) with { Sizer = new ToTargetSizer(new() { MaxStepBps = 10 }, 3) }));
        bench.Operator(OperatorCommand.Flatten);
        bench.EndBlock();
        Assert.Equal(bench.Pipeline.Market.Holdings[PoolBench.Weth.Index], Sold(bench, PoolBench.Weth));
    }

    /// <summary>Slippage enough that no leg is cut in half.</summary>
    private static PortfolioPolicy Deep(PortfolioPolicy policy) => policy with { Bounds = new RiskBounds(1e9, new Bps(5000)) };

    private static PoolBench Balanced(PoolBench bench)
    {
        bench.Started();
        bench.Report(new OrderReport { OrderId = bench.LastDecision.OrderId, Status = SubmitStatus.Dropped });
        bench.Hold(PoolBench.Weth, 100);
        bench.Hold(PoolBench.Wbtc, 100_000.0 / 60_000);
        bench.Hold(PoolBench.Usdc, 150_000);
        bench.EndBlock();
        return bench;
    }

    private static UInt256 Sold(PoolBench bench, AssetId asset)
    {
        UInt256 sold = default;
        foreach (OrderLeg leg in bench.LastLegs)
            if (leg.Sell == asset)
                sold += leg.AmountIn;
        return sold;
    }
}
