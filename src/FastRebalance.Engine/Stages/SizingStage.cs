using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Stages;

/// <summary>Turns the drift of a pass that fired into trades, and asks every risk check.</summary>
public sealed class SizingStage
{
    private readonly RebalanceCycle _cycle;
    private readonly ISizer _sizer;
    private readonly RiskGate _risk;
    private readonly StageTimings _timings;

    internal SizingStage(RebalanceCycle cycle, ISizer sizer, RiskGate risk, StageTimings timings)
    {
        _cycle = cycle;
        _sizer = sizer;
        _risk = risk;
        _timings = timings;
    }

    public void Run(ref Pass pass)
    {
        if (!pass.IsUndecided)
            return;
        long start = MonotonicClock.NowNs;
        _sizer.Size(_cycle);
        bool approved = _risk.Approves(_cycle);
        _timings.Lap(Stage.SizeAndRisk, start);

        pass.Outcome.Risk = _cycle.Risk;
        if (!approved)
            pass.Outcome.Verdict = DecisionVerdict.Refused;
        else if (_cycle.TradeCount == 0)
            pass.Outcome.Verdict = DecisionVerdict.NothingToTrade;
    }
}
