using System.Runtime.CompilerServices;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Stages;

/// <summary>
/// The last stage: names the order and hands the decision with its legs to the sink. A pass that ordered nothing and ended like the one
/// before it is only counted; a run of such passes goes out as one event, so that a quiet market costs next to nothing to record.
/// </summary>
/// <remarks>Published whole: every order, every change of verdict or reason, and the first pass after each head.</remarks>
public sealed class PublishingStage
{
    private readonly RebalanceCycle _cycle;
    private readonly MarketState _market;
    private readonly PortfolioId _portfolio;
    private readonly PolicyInForce _policy;
    private readonly IDecisionSink _sink;
    private readonly StageTimings _timings;
    private readonly OrderEvent[] _published = new OrderEvent[1 + RebalanceCycle.MaxLegs];
    private readonly OrderEvent[] _run = new OrderEvent[1];
    private DecisionOutcome _last;

    internal PublishingStage(RebalanceCycle cycle, PolicyInForce policy, IDecisionSink sink, StageTimings timings)
    {
        _cycle = cycle;
        _market = cycle.Market;
        _portfolio = policy.Now.Policy.Portfolio;
        _policy = policy;
        _sink = sink;
        _timings = timings;
    }

    /// <summary>Takes a decided pass.</summary>
    public void Run(ref Pass pass)
    {
        if (pass.IsFenced || IsLikeTheLast(in pass))
            Count(in pass);
        else
            PublishWhole(ref pass);
        if (pass.DueNs > 0)
            _timings[Stage.DueToDecision].Record(MonotonicClock.NowNs - pass.DueNs);
    }

    /// <summary>Sends the passes that were only counted so far; at the end of a run nothing may be left behind.</summary>
    public void Flush()
    {
        ref OrderEvent run = ref _run[0];
        if (run.Passes.Count == 0)
            return;
        _sink.Publish(_run);
        run = default;
    }

    private bool IsLikeTheLast(in Pass pass) =>
        !pass.FollowsHead
        && pass.Outcome.Verdict != DecisionVerdict.Order
        && pass.Outcome.Verdict == _last.Verdict
        && pass.Outcome.Risk == _last.Risk
        && pass.Outcome.RiskAsset == _last.RiskAsset
        && pass.Outcome.Route == _last.Route
        && pass.Outcome.Trigger == _last.Trigger
        && pass.Outcome.Tier == _last.Tier;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count(in Pass pass)
    {
        ref OrderEvent run = ref _run[0];
        if (run.Passes.Count == 0 || !run.Passes.TryAdd(pass.Sequence, run.InputSequence))
            BeginRun(in pass);
        run.InputSequence = pass.Sequence;
        run.DueNs = pass.DueNs;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginRun(in Pass pass)
    {
        Flush();
        ref OrderEvent run = ref _run[0];
        run.Kind = OrderEventKind.Passes;
        run.Portfolio = _portfolio;
        run.Passes.Verdict = _last.Verdict;
        run.Passes.Risk = _last.Risk;
        run.Passes.Route = _last.Route;
        run.Passes.Trigger = _last.Trigger;
        run.Passes.Tier = _last.Tier;
        run.Passes.TryAdd(pass.Sequence, pass.Sequence);
    }

    private void PublishWhole(ref Pass pass)
    {
        long start = MonotonicClock.NowNs;
        Flush();
        _last = pass.Outcome;
        int legs = pass.Outcome.Verdict == DecisionVerdict.Order ? _cycle.LegCount : 0;
        if (legs > 0)
        {
            _market.KeepTheRest(_cycle.LegsToPublish);
            pass.Outcome.TradedGwei = TradedGwei();
            pass.Outcome.DeadlineUnixSeconds = (_market.NowUnixNs / 1_000_000_000) + _policy.Now.DeadlineSeconds;
        }
        ulong order = legs > 0 ? _market.OpenOrder(_cycle.Legs, pass.Outcome.Tier) : 0;
        for (int i = 0; i <= legs; i++)
        {
            ref OrderEvent slot = ref _published[i];
            slot = default;
            slot.LegCount = (byte)legs;
            slot.Portfolio = _portfolio;
            slot.OrderId = order;
            slot.InputSequence = pass.Sequence;
            slot.DueNs = pass.DueNs;
        }
        _published[0].Kind = OrderEventKind.Decision;
        _published[0].Decision = pass.Outcome;
        for (int i = 1; i <= legs; i++)
        {
            _published[i].Kind = OrderEventKind.Leg;
            _published[i].LegIndex = (byte)(i - 1);
            _published[i].Leg = _cycle.Legs[i - 1];
        }
        _sink.Publish(_published.AsSpan(0, 1 + legs));
        _timings.Lap(Stage.Publish, start);
    }

    private ulong TradedGwei()
    {
        const double weiPerGwei = 1e9;
        double traded = 0;
        foreach (ref readonly Trade trade in _cycle.Trades)
            traded += trade.ValueNumeraire;
        double gwei = _market.NumerairePerWei > 0 ? traded / _market.NumerairePerWei / weiPerGwei : 0;
        return gwei is >= 0 and < ulong.MaxValue ? (ulong)gwei : 0;
    }
}
