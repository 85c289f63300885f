using System.Runtime.CompilerServices;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.Kernels;

namespace FastRebalance.Engine.Stages;

/// <summary>
/// The first stage, and the owner of the market state: applies every event, and where a batch ends values the portfolio, measures its
/// drift and asks the triggers. Most passes end here.
/// </summary>
/// <remarks>
/// While the prices stay inside the fence that the last whole evaluation drew, no trigger can fire: a pass then costs a few compares,
/// however many assets there are.
/// </remarks>
public sealed class EvaluationStage
{
    // What of a flattened portfolio may stay as it is: less than any trade would be made for.
    private const double FlatDust = 1e-4;

    // A price is applied in less time than it takes to read the clock.
    private const int MeasuredPricesMask = 63;

    private readonly MarketState _market;
    private readonly RebalanceCycle _cycle;
    private readonly PolicyInForce _policy;
    private readonly StageTimings _timings;
    private long _events;
    private bool _headSeen;

    internal EvaluationStage(RebalanceCycle cycle, PolicyInForce policy, StageTimings timings)
    {
        _cycle = cycle;
        _market = cycle.Market;
        _policy = policy;
        _timings = timings;
    }

    /// <summary>Passes made.</summary>
    public long Passes { get; private set; }

    /// <summary>Passes of them that the fence answered.</summary>
    public long FencedPasses { get; private set; }

    /// <summary>Events refused by <see cref="MarketState.Apply"/>, whatever the reason.</summary>
    public long RefusedEvents { get; private set; }

    /// <summary>Takes one event in. True when a pass is to be made: the batch ends here and the state speaks of one block.</summary>
    public bool Apply(in MarketEvent e, bool endOfBatch)
    {
        if (e.Kind == MarketEventKind.Price && (++_events & MeasuredPricesMask) != 0)
        {
            Apply(in e);
        }
        else
        {
            long start = MonotonicClock.NowNs;
            Apply(in e);
            _timings.Lap(Stage.Apply, start);
        }
        return endOfBatch && _market.IsConsistent;
    }

    /// <summary>Begins a pass: decides it, or leaves it undecided when a trigger fired and trades are wanted.</summary>
    public void Evaluate(ref Pass pass, long sequence, long dueNs)
    {
        Passes++;
        pass = default;
        pass.Sequence = sequence;
        pass.DueNs = dueNs;
        if (_market.Fence.Holds(_market.NowUnixNs))
        {
            FencedPasses++;
            pass.IsFenced = true;
            pass.Outcome.Verdict = DecisionVerdict.InsideBand;
            return;
        }
        EvaluateWhole(ref pass);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Apply(in MarketEvent e)
    {
        if (_market.Apply(in e) != ApplyVerdict.Applied)
            RefusedEvents++;
        else if (e.Kind == MarketEventKind.Head)
            _headSeen = true;
        else if (e.Kind == MarketEventKind.Configuration)
            TakePolicy(in e);
    }

    /// <summary>The next pass is told whole: one of another policy is like none before it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakePolicy(in MarketEvent e)
    {
        _policy.Take(in e.Configuration);
        _headSeen = true;
    }

    private void EvaluateWhole(ref Pass pass)
    {
        long start = MonotonicClock.NowNs;
        pass.FollowsHead = _headSeen;
        _headSeen = false;
        pass.Outcome.Verdict = Look();
        Describe(ref pass.Outcome);
        _timings.Lap(Stage.Evaluate, start);
    }

    private DecisionVerdict Look()
    {
        _cycle.Begin();
        if (!_market.IsComplete || !(_market.IsFlattening || _policy.Now.Target.IsReady(_cycle)))
            return DecisionVerdict.NotReady;

        if (_market.Orders.MayBePreempted)
            _market.Project();
        Value();
        if (_policy.MarksHighWater)
            _cycle.HighWater.See(_cycle);
        Aim();
        MeasureDrift();
        bool fires = AskTriggers();
        if (!double.IsFinite(_cycle.MaxDrift) || !(_cycle.TotalNumeraire > 0))
            return DecisionVerdict.NotReady;
        if (!fires)
        {
            DrawFence();
            return DecisionVerdict.InsideBand;
        }
        return _market.Orders.Blocks(_cycle.Tier) ? DecisionVerdict.InFlight : DecisionVerdict.Undecided;
    }

    private void Aim()
    {
        if (!_market.IsFlattening)
        {
            _policy.Now.Target.Aim(_cycle);
            return;
        }
        _cycle.Targets.AsSpan().Clear();
        _cycle.Targets[_cycle.Numeraire.Index] = 1;
    }

    /// <summary>Both tiers are asked, so that triggers with a memory see every pass; safety goes before economy.</summary>
    private bool AskTriggers()
    {
        int economic = _policy.Now.EconomicTriggers.FirstThatFires(_cycle);
        int safety = _market.Orders.MayBePreempted ? AskSafetyOfWhatIsHeld() : _policy.Now.SafetyTriggers.FirstThatFires(_cycle);
        if (_market.IsFlattening)
            return Flattens();
        _cycle.FiredTrigger = safety != 0 ? safety : economic;
        _cycle.Tier = safety != 0 ? PolicyTier.Safety : economic != 0 ? PolicyTier.Economic : PolicyTier.None;
        return _cycle.Tier != PolicyTier.None;
    }

    /// <summary>The operator is the trigger: no other fires, and its place is none.</summary>
    private bool Flattens()
    {
        bool fires = _cycle.MaxDrift > FlatDust;
        _cycle.Tier = fires ? PolicyTier.Economic : PolicyTier.None;
        return fires;
    }

    /// <summary>
    /// An economic order that may never be mined cures nothing: safety looks at what is held, and is sized on it. Where it does not fire, the pass
    /// goes on with the order counted in.
    /// </summary>
    private int AskSafetyOfWhatIsHeld()
    {
        _market.LeaveOut();
        Value();
        MeasureDrift();
        int safety = _policy.Now.SafetyTriggers.FirstThatFires(_cycle);
        if (safety != 0)
            return safety;
        _market.Project();
        Value();
        MeasureDrift();
        return 0;
    }

    private void Value() =>
        _cycle.TotalNumeraire = ValuationKernel.Measure(_market.Quantities, _market.Prices, _cycle.Values);

    private void MeasureDrift()
    {
        _cycle.MaxDrift = DriftKernel.Measure(
            _cycle.Values, _cycle.TotalNumeraire, _cycle.Targets, _cycle.Weights, _cycle.Drift, out int worst);
        _cycle.WorstAsset = worst < 0 ? AssetId.None : AssetId.FromIndex(worst);
    }

    /// <summary>Only where the target stands still: one that follows the prices may come nearer by itself.</summary>
    private void DrawFence()
    {
        ReadyPolicy policy = _policy.Now;
        if (policy.Target.IsConstant && !_market.IsFlattening && !_market.Orders.MayBePreempted) // drawn around one valuation, and safety then goes by another
            _market.Fence.Draw(policy.EconomicTriggers.Fence(_cycle).And(policy.SafetyTriggers.Fence(_cycle)), _market.Prices);
    }

    private void Describe(ref DecisionOutcome outcome)
    {
        outcome.ValueNumeraire = _cycle.TotalNumeraire;
        outcome.MaxDrift = _cycle.MaxDrift;
        outcome.WorstAsset = _cycle.WorstAsset;
        outcome.Trigger = (byte)_cycle.FiredTrigger;
        outcome.Tier = _cycle.Tier;
        outcome.BaseFeePerGasWei = _market.BaseFeePerGasWei;
    }
}
