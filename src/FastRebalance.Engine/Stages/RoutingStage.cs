using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Routing;

namespace FastRebalance.Engine.Stages;

/// <summary>Finds the legs of a pass whose trades were approved; the pass is decided when it leaves here.</summary>
public sealed class RoutingStage
{
    private readonly RebalanceCycle _cycle;
    private readonly Router _router;
    private readonly StageTimings _timings;

    internal RoutingStage(RebalanceCycle cycle, Router router, StageTimings timings)
    {
        _cycle = cycle;
        _router = router;
        _timings = timings;
    }

    public void Run(ref Pass pass)
    {
        if (!pass.IsUndecided)
            return;
        long start = MonotonicClock.NowNs;
        _router.Route(_cycle);
        _timings.Lap(Stage.Route, start);

        pass.Outcome.Route = _cycle.Route;
        pass.Outcome.ExpectedGas = _cycle.ExpectedGas;
        pass.Outcome.Verdict = _cycle.LegCount > 0 ? DecisionVerdict.Order : DecisionVerdict.NoRoute;
    }
}
