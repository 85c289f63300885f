using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.UnitTests.Engine.Risk;

public class RiskCheckTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    [Fact]
    public void PriceAge_OneHeldAssetTooOld_IsStale()
    {
        PriceAgeCheck check = new(TimeSpan.FromSeconds(12));
        _bench.Valued(0.4, 0.5, 0.1);
        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle));

        _bench.NowUnixNs += 13 * EngineBench.SecondNs;
        _bench.Price(EngineBench.Weth, 2500);

        Assert.Equal(RiskVerdict.StalePrice, check.Check(_bench.Cycle));
    }

    [Fact]
    public void PriceAge_OldPriceOfAnAssetNeitherHeldNorWanted_IsApproved()
    {
        PriceAgeCheck check = new(TimeSpan.FromSeconds(12));
        _bench.Hold(EngineBench.Wbtc, default);
        _bench.NowUnixNs += 13 * EngineBench.SecondNs;
        _bench.Price(EngineBench.Weth, 2500);
        _bench.Valued(0.9, 0, 0.1);

        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle));
    }

    [Theory]
    [InlineData(100, RiskVerdict.Approved)]
    [InlineData(100.01, RiskVerdict.TradeTooLarge)]
    [InlineData(double.NaN, RiskVerdict.TradeTooLarge)]
    public void TradeSize_Value_RefusesAboveTheLimit(double value, RiskVerdict verdict)
    {
        _bench.Cycle.Begin();
        _bench.Cycle.Add(new Trade { ValueNumeraire = value });

        Assert.Equal(verdict, new TradeSizeCheck(100).Check(_bench.Cycle));
    }

    [Fact]
    public void CoolDown_JustOrdered_RefusesUntilTheTimeIsOver()
    {
        CoolDownCheck check = new(TimeSpan.FromSeconds(2));
        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle));

        _bench.Market.Orders.Open(_bench.NowUnixNs);
        Assert.Equal(RiskVerdict.CoolDown, check.Check(_bench.Cycle));
        _bench.NowUnixNs += 2 * EngineBench.SecondNs;
        _bench.Head(101);
        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle));
    }

    [Fact]
    public void KillSwitch_PauseAndResume_RefusesInBetween()
    {
        KillSwitchCheck check = new();
        _bench.Operator(OperatorCommand.Pause);
        Assert.Equal(RiskVerdict.KillSwitch, check.Check(_bench.Cycle));

        _bench.Operator(OperatorCommand.Resume);
        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle));

        _bench.Operator(OperatorCommand.Kill);
        _bench.Operator(OperatorCommand.Resume);
        Assert.Equal(RiskVerdict.KillSwitch, check.Check(_bench.Cycle));
    }

    [Fact]
    public void GasBudget_Spent_Refuses()
    {
        GasBudgetCheck check = new(maxGasNumerairePerDay: 5);
        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle));

        _bench.Report(1, SubmitStatus.Included, 100, gasUsed: 200_000, gasPriceWei: 10_000_000_000);

        Assert.Equal(RiskVerdict.GasBudget, check.Check(_bench.Cycle));
    }

    [Fact]
    public void Gate_NoChecks_DoesNotApprove() => Assert.False(new RiskGate([]).Approves(_bench.Cycle));

    [Fact]
    public void Gate_ACheckThatForgetsToAnswer_DoesNotApprove()
    {
        RiskGate gate = new([new Answering(default), new Answering(RiskVerdict.Approved)]);

        Assert.False(gate.Approves(_bench.Cycle));
        Assert.Equal(RiskVerdict.Unchecked, _bench.Cycle.Risk);
    }

    private sealed class Answering(RiskVerdict verdict) : IRiskCheck
    {
        public RiskVerdict Check(RebalanceCycle cycle) => verdict;
    }
}
