using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Engine.Stages;

public class PublishingStageTests
{
    private readonly PoolBench _bench = new PoolBench().AtTarget();

    [Fact]
    public void Run_PassesLikeTheLast_AreOneEventOnceFlushed()
    {
        int published = _bench.Published.Count;
        for (int i = 0; i < 40; i++)
            _bench.Tick(PoolBench.Weth, 2500 + (i % 3));
        Assert.Equal(published, _bench.Published.Count);

        _bench.Pipeline.Flush();

        OrderEvent run = Assert.Single(_bench.Published.Skip(published));
        Assert.Equal(OrderEventKind.Passes, run.Kind);
        Assert.Equal(DecisionVerdict.InsideBand, run.Passes.Verdict);
        Assert.Equal(40, run.Passes.Count);
        Assert.Equal(_bench.Sent[^40].Sequence, run.Passes.FirstSequence);
        Assert.Equal(_bench.Sent[^1].Sequence, run.InputSequence);
        _bench.Pipeline.Flush();
        Assert.Equal(published + 1, _bench.Published.Count);
    }

    [Fact]
    public void Run_MorePassesThanARunHolds_GoOutByTheRun()
    {
        int published = _bench.Published.Count;
        for (int i = 0; i < 2 * PassRun.MaxCount + 1; i++)
            _bench.Tick(PoolBench.Weth, 2500);

        Assert.Equal([PassRun.MaxCount, PassRun.MaxCount], _bench.Published.Skip(published).Select(e => (int)e.Passes.Count));
    }

    [Fact]
    public void Run_NextHead_IsToldWholeAfterTheRun()
    {
        int published = _bench.Published.Count;
        _bench.Tick(PoolBench.Weth, 2501);
        _bench.EndBlock();

        Assert.Equal([OrderEventKind.Passes, OrderEventKind.Decision], _bench.Published.Skip(published).Select(e => e.Kind));
        Assert.Equal(DecisionVerdict.InsideBand, _bench.LastDecision.Decision.Verdict);
        Assert.True(_bench.LastDecision.Decision.ValueNumeraire > 0);
    }

    [Fact]
    public void Run_VerdictChanges_IsToldWholeAtOnce()
    {
        PoolBench bench = new PoolBench().Started();
        Assert.Equal(DecisionVerdict.Order, bench.LastDecision.Decision.Verdict);

        bench.Tick(PoolBench.Weth, 3510); // more than what is under way makes good
        bench.Tick(PoolBench.Weth, 3520);

        Assert.Equal(DecisionVerdict.InFlight, bench.LastDecision.Decision.Verdict);
        Assert.Equal(bench.Sent[^2].Sequence, bench.LastDecision.InputSequence);
    }

    [Fact]
    public void Run_RefusedForAnAsset_IsToldWholeOnceForEachAsset()
    {
        _bench.Objection = PoolBench.Weth;
        _bench.Tick(PoolBench.Wbtc, 75_000);
        Assert.Equal(DecisionVerdict.Refused, _bench.LastDecision.Decision.Verdict);
        Assert.Equal(PoolBench.Weth, _bench.LastDecision.Decision.RiskAsset);

        int published = _bench.Published.Count;
        _bench.Tick(PoolBench.Wbtc, 75_001);
        _bench.Tick(PoolBench.Wbtc, 75_002);
        Assert.Equal(published, _bench.Published.Count);

        _bench.Objection = PoolBench.Wbtc;
        _bench.Tick(PoolBench.Wbtc, 75_003);
        Assert.Equal(2, _bench.Published[published].Passes.Count);
        Assert.Equal(PoolBench.Wbtc, _bench.LastDecision.Decision.RiskAsset);
    }

    [Fact]
    public void Run_SameVerdictForAnotherReason_IsToldWhole()
    {
        _bench.Pipeline.Market.Apply(new MarketEvent { Kind = MarketEventKind.Operator, Command = OperatorCommand.Pause });
        _bench.Tick(PoolBench.Wbtc, 75_000);
        Assert.Equal(RiskVerdict.KillSwitch, _bench.LastDecision.Decision.Risk);
        _bench.Pipeline.Market.Apply(new MarketEvent { Kind = MarketEventKind.Operator, Command = OperatorCommand.Resume });

        _bench.Tick(PoolBench.Wbtc, 120_000);

        Assert.Equal(DecisionVerdict.NoRoute, _bench.LastDecision.Decision.Verdict);
        Assert.Equal(RouteStatus.WorseThanBound, _bench.LastDecision.Decision.Route);
    }
}
