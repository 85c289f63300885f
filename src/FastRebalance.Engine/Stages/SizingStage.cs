using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Stages;

/// <summary>Turns the drift of a pass that fired into trades, and asks every risk check: by the terms of the tier that fired.</summary>
public sealed class SizingStage
{
    private readonly RebalanceCycle _cycle;
    private readonly PolicyInForce _policy;
    private readonly ToTargetSizer _flat;
    private readonly StageTimings _timings;

    internal SizingStage(RebalanceCycle cycle, PolicyInForce policy, StageTimings timings)
    {
        _cycle = cycle;
        _policy = policy;
        _flat = new ToTargetSizer(new ToTargetSizer.Options(), cycle.Market.AssetCount);
        _timings = timings;
    }

    public void Run(ref Pass pass)
    {
        if (!pass.IsUndecided)
            return;
        long start = MonotonicClock.NowNs;
        ReadyPolicy.ReadyTerms terms = _cycle.Tier == PolicyTier.Safety ? _policy.Now.Safety! : _policy.Now.Economic;
        _cycle.Bounds = terms.Bounds;
        ISizer sizer = _cycle.Market.IsFlattening ? _flat : terms.Sizer; // one that stops at an edge or goes in slices would not end there
        sizer.Size(_cycle);
        bool approved = terms.Risk.Approves(_cycle);
        _timings.Lap(Stage.SizeAndRisk, start);

        pass.Outcome.Risk = _cycle.Risk;
        pass.Outcome.RiskAsset = _cycle.RiskAsset;
        if (!approved)
            pass.Outcome.Verdict = DecisionVerdict.Refused;
        else if (_cycle.TradeCount == 0)
            pass.Outcome.Verdict = DecisionVerdict.NothingToTrade;
    }
}
