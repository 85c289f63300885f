using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Stages;

/// <summary>Turns the drift of a pass that fired into trades, and asks every risk check: by the terms of the tier that fired.</summary>
public sealed class SizingStage
{
    private readonly RebalanceCycle _cycle;
    private readonly Terms _economic;
    private readonly Terms? _safety;
    private readonly ToTargetSizer _flat;
    private readonly StageTimings _timings;

    internal SizingStage(RebalanceCycle cycle, PortfolioPolicy policy, StageTimings timings)
    {
        _cycle = cycle;
        _economic = new Terms(policy.Economic);
        _safety = policy.Safety is { } safety ? new Terms(safety) : null;
        _flat = new ToTargetSizer(new ToTargetSizer.Options(), cycle.Market.AssetCount);
        _timings = timings;
    }

    public void Run(ref Pass pass)
    {
        if (!pass.IsUndecided)
            return;
        long start = MonotonicClock.NowNs;
        Terms terms = _cycle.Tier == PolicyTier.Safety ? _safety! : _economic;
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

    private sealed class Terms(PolicyTerms terms)
    {
        public readonly ISizer Sizer = terms.Sizer;
        public readonly RiskGate Risk = new(terms.RiskChecks);
        public readonly RiskBounds Bounds = terms.Bounds;
    }
}
