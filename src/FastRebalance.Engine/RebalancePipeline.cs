using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.Kernels;

namespace FastRebalance.Engine;

/// <summary>
/// The page to read first. Events come in, the state changes, and at the end of each batch one decision goes out. State and
/// decisions are a pure function of the events and of where the batches ended: no clock, no random number, no other thread.
/// </summary>
/// <remarks>Owned by the engine thread. After construction it allocates nothing, except that a pool may grow when it meets a new tick.</remarks>
public sealed class RebalancePipeline
{
    private readonly RebalanceCycle _cycle;
    private readonly ITarget _target;
    private readonly TriggerSet _triggers;
    private readonly ISizer _sizer;
    private readonly RiskGate _risk;
    private readonly Router _router;
    private readonly IDecisionSink _sink;
    private readonly TimeSpan _deadline;
    private readonly PortfolioId _portfolio;
    private readonly OrderEvent[] _published = new OrderEvent[1 + RebalanceCycle.MaxLegs];

    /// <param name="market">The state that the events build.</param>
    /// <param name="policy">What the portfolio is held to.</param>
    /// <param name="router">Finds the legs.</param>
    /// <param name="sink">Takes the decisions.</param>
    public RebalancePipeline(MarketState market, PortfolioPolicy policy, Router router, IDecisionSink sink)
    {
        Market = market;
        _cycle = new RebalanceCycle(market, policy.Bounds, policy.Numeraire);
        _portfolio = policy.Portfolio;
        _target = policy.Target;
        _triggers = new TriggerSet(policy.Triggers);
        _sizer = policy.Sizer;
        _risk = new RiskGate(policy.RiskChecks);
        _deadline = policy.Deadline;
        _router = router;
        _sink = sink;
    }

    public MarketState Market { get; }

    public StageTimings Timings { get; } = new();

    /// <summary>Events refused by <see cref="MarketState.Apply"/>, whatever the reason.</summary>
    public long RefusedEvents { get; private set; }

    /// <summary>Decisions published.</summary>
    public long Decisions { get; private set; }

    /// <summary>The parts of the last pass; valid until the next event.</summary>
    public RebalanceCycle LastCycle => _cycle;

    /// <summary>Takes one event; decides once when it ends a batch and the state speaks of one block.</summary>
    public void OnEvent(in MarketEvent e, long sequence, bool endOfBatch)
    {
        long start = MonotonicClock.NowNs;
        if (Market.Apply(in e) != ApplyVerdict.Applied)
            RefusedEvents++;
        Timings.Lap(Stage.Apply, start);
        if (endOfBatch && Market.IsConsistent)
            DecideAndPublish(sequence, e.DueNs);
    }

    /// <summary>One pass, without the events and without publishing: for replay, where recorded batch ends say when to decide.</summary>
    public void DecideAndPublish(long sequence, long dueNs)
    {
        DecisionVerdict verdict = Decide(_cycle);
        long decided = MonotonicClock.NowNs;
        Publish(verdict, sequence, dueNs);
        long published = Timings.Lap(Stage.Publish, decided);
        if (dueNs > 0)
            Timings[Stage.DueToDecision].Record(published - dueNs);
        Decisions++;
    }

    private DecisionVerdict Decide(RebalanceCycle cycle)
    {
        long lap = MonotonicClock.NowNs;
        cycle.Begin();
        if (!Market.IsComplete)
            return DecisionVerdict.NotReady;

        Value(cycle);
        _target.Aim(cycle);
        MeasureDrift(cycle);
        bool fires = _triggers.AnyFires(cycle);
        lap = Timings.Lap(Stage.Evaluate, lap);
        if (!double.IsFinite(cycle.MaxDrift) || !(cycle.TotalNumeraire > 0))
            return DecisionVerdict.NotReady;
        if (!fires)
            return DecisionVerdict.InsideBand;
        if (Market.Orders.IsInFlight)
            return DecisionVerdict.InFlight;

        _sizer.Size(cycle);
        bool approved = _risk.Approves(cycle);
        lap = Timings.Lap(Stage.SizeAndRisk, lap);
        if (!approved)
            return DecisionVerdict.Refused;
        if (cycle.TradeCount == 0)
            return DecisionVerdict.NothingToTrade;

        _router.Route(cycle);
        Timings.Lap(Stage.Route, lap);
        return cycle.LegCount > 0 ? DecisionVerdict.Order : DecisionVerdict.NoRoute;
    }

    private void Value(RebalanceCycle cycle) =>
        cycle.TotalNumeraire = ValuationKernel.Measure(Market.Quantities, Market.Prices, cycle.Values);

    private static void MeasureDrift(RebalanceCycle cycle)
    {
        cycle.MaxDrift = DriftKernel.Measure(cycle.Values, cycle.TotalNumeraire, cycle.Targets, cycle.Weights, cycle.Drift, out int worst);
        cycle.WorstAsset = worst < 0 ? AssetId.None : AssetId.FromIndex(worst);
    }

    private void Publish(DecisionVerdict verdict, long sequence, long dueNs)
    {
        int legs = verdict == DecisionVerdict.Order ? _cycle.LegCount : 0;
        ulong order = legs > 0 ? Market.Orders.Open(Market.NowUnixNs) : 0;
        for (int i = 0; i <= legs; i++)
        {
            ref OrderEvent slot = ref _published[i];
            slot = default;
            slot.LegCount = (byte)legs;
            slot.Portfolio = _portfolio;
            slot.OrderId = order;
            slot.InputSequence = sequence;
            slot.DueNs = dueNs;
        }
        _published[0].Kind = OrderEventKind.Decision;
        Describe(verdict, ref _published[0].Decision);
        for (int i = 1; i <= legs; i++)
        {
            _published[i].Kind = OrderEventKind.Leg;
            _published[i].LegIndex = (byte)(i - 1);
            _published[i].Leg = _cycle.Legs[i - 1];
        }
        _sink.Publish(_published.AsSpan(0, 1 + legs));
    }

    private void Describe(DecisionVerdict verdict, ref DecisionOutcome outcome)
    {
        outcome.Verdict = verdict;
        outcome.ValueNumeraire = _cycle.TotalNumeraire;
        outcome.MaxDrift = _cycle.MaxDrift;
        outcome.WorstAsset = _cycle.WorstAsset;
        outcome.Trigger = (byte)_cycle.FiredTrigger;
        outcome.Risk = _cycle.Risk;
        outcome.Route = _cycle.Route;
        outcome.ExpectedGas = _cycle.ExpectedGas;
        outcome.BaseFeePerGasWei = Market.BaseFeePerGasWei;
        if (verdict == DecisionVerdict.Order)
            outcome.DeadlineUnixSeconds = (Market.NowUnixNs / 1_000_000_000) + (long)_deadline.TotalSeconds;
    }
}
