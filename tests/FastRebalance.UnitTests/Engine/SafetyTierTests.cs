using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine;

/// <summary>
/// Two tiers over one portfolio, through the whole pipeline: economy from 1 % of drift on, with 50000 per trade and an hour between orders;
/// safety from 10 % on, with 20000 per trade, more slippage and a minute between orders, as the ripcord of Index Coop's flexible leverage
/// has its own slippage, size and cool-down (there 5 %, 2 and 60 s against 1 %, 0.5 and 3000 s).
/// </summary>
public class SafetyTierTests
{
    private static readonly RiskBounds s_economic = new(50_000, new Bps(200));
    private static readonly RiskBounds s_safe = new(20_000, new Bps(500));

    private readonly PoolBench _bench = new(TwoTiers);

    [Fact]
    public void Decide_BothFire_SafetyTermsDecide()
    {
        _bench.Started();

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety, 1), Last());
        Assert.Equal(s_safe, _bench.Pipeline.LastCycle.Bounds);
        Assert.All(_bench.Pipeline.LastCycle.Trades.ToArray(), trade => Assert.Equal(20_000, trade.ValueNumeraire, 6));
    }

    [Fact]
    public void Decide_OnlyEconomyFires_EconomyTermsDecide()
    {
        _bench.AtTarget();
        Assert.Equal((DecisionVerdict.InsideBand, PolicyTier.None, 0), Last());
        _bench.Wait(TimeSpan.FromHours(2));

        HoldAdrift(0.03);

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Economic, 1), Last());
        Assert.Equal(s_economic, _bench.Pipeline.LastCycle.Bounds);
    }

    [Fact]
    public void Decide_EconomyCoolsDown_SafetyStillOrders()
    {
        _bench.AtTarget();
        _bench.Wait(TimeSpan.FromHours(2));
        HoldAdrift(0.03);
        Assert.Equal((DecisionVerdict.Order, PolicyTier.Economic, 1), Last());
        Settle();
        _bench.Wait(TimeSpan.FromMinutes(2));

        HoldAdrift(0.05);
        Assert.Equal((DecisionVerdict.Refused, PolicyTier.Economic, 1), Last());
        Assert.Equal(RiskVerdict.CoolDown, _bench.LastDecision.Decision.Risk);
        HoldAdrift(0.15);
        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety, 1), Last());
    }

    [Fact]
    public void Decide_SafetyAfterSafety_WaitsForItsOwnCoolDown()
    {
        _bench.Started();
        Settle();
        _bench.Wait(TimeSpan.FromSeconds(30));
        _bench.EndBlock();
        Assert.Equal((DecisionVerdict.Refused, PolicyTier.Safety, 1), Last());
        Assert.Equal(RiskVerdict.CoolDown, _bench.LastDecision.Decision.Risk);

        _bench.Wait(TimeSpan.FromSeconds(30));
        _bench.EndBlock();

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety, 1), Last());
    }

    [Theory]
    [InlineData(0.03, PolicyTier.Economic)]
    [InlineData(0.15, PolicyTier.Safety)]
    public void Decide_KillSwitch_StopsEitherTier(double adrift, PolicyTier tier)
    {
        _bench.AtTarget();
        _bench.Wait(TimeSpan.FromHours(2));
        _bench.Operator(OperatorCommand.Kill);
        HoldAdrift(adrift);

        Assert.Equal((DecisionVerdict.Refused, tier, 1), Last());
        Assert.Equal(RiskVerdict.KillSwitch, _bench.LastDecision.Decision.Risk);
    }

    [Fact]
    public void Decide_PassesOfOneTier_AreCountedUnderIt()
    {
        _bench.AtTarget();
        _bench.Operator(OperatorCommand.Kill);
        HoldAdrift(0.15);
        for (int i = 0; i < 5; i++)
            _bench.Tick(PoolBench.Weth, 2500 + i);
        HoldAdrift(0.03); // the tier that fires is another: a decision of its own, and a run of its own
        for (int i = 0; i < 3; i++)
            _bench.Tick(PoolBench.Weth, 2500 + i);
        _bench.Pipeline.Flush();

        List<OrderEvent> runs = _bench.Published.FindAll(e => e.Kind == OrderEventKind.Passes && e.Passes.Verdict == DecisionVerdict.Refused);
        Assert.Equal([PolicyTier.Safety, PolicyTier.Economic], runs.Select(run => run.Passes.Tier));
        Assert.Equal([5, 3], runs.Select(run => (int)run.Passes.Count));
    }

    [Fact]
    public void Decide_NeitherFires_TheFenceHoldsForBoth()
    {
        _bench.AtTarget();
        // Economy would fire at about 4 % of either price; safety's band is wider.
        _bench.Tick(PoolBench.Weth, 2510);
        Assert.Equal(1, _bench.Pipeline.Evaluation.FencedPasses);
        _bench.Tick(PoolBench.Weth, 5000);
        Assert.Equal(1, _bench.Pipeline.Evaluation.FencedPasses);
        Assert.Equal(PolicyTier.Safety, _bench.LastDecision.Decision.Tier);
    }

    internal static PortfolioPolicy TwoTiers(PortfolioPolicy usual) => usual with
    {
        Bounds = s_economic,
        RiskChecks = [new KillSwitchCheck(), new CoolDownCheck(TimeSpan.FromHours(1))],
        Safety = new PolicyTerms(
            [new DriftBandTrigger(new() { AbsoluteBps = 1000 }, tier: PolicyTier.Safety)],
            new ToTargetSizer(new(), 3),
            [new KillSwitchCheck(), new CoolDownCheck(TimeSpan.FromMinutes(1))],
            s_safe),
    };

    /// <summary>So much of the portfolio in WETH rather than in cash: 120 WETH at 2500 are half of 600000.</summary>
    private void HoldAdrift(double weight)
    {
        _bench.Hold(PoolBench.Weth, 120 + (weight * 240));
        _bench.Hold(PoolBench.Usdc, 180_000 - (weight * 600_000));
        _bench.EndBlock();
    }

    private void Settle() => _bench.Report(new OrderReport { OrderId = _bench.LastDecision.OrderId, Status = SubmitStatus.Dropped });

    private (DecisionVerdict Verdict, PolicyTier Tier, int Trigger) Last()
    {
        DecisionOutcome decision = _bench.LastDecision.Decision;
        return (decision.Verdict, decision.Tier, decision.Trigger);
    }
}
