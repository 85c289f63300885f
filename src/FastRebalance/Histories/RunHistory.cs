using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.Journal;
using FastRebalance.Replaying;

namespace FastRebalance.Histories;

/// <summary>
/// Reads a run's journal from end to end and tells what happened: decisions, orders with their fills and what they cost, reports, operators' words.
/// A pure function of the journal: no configuration, no chain, no clock.
/// </summary>
public sealed class RunHistory
{
    private readonly JournalWalk _walk;
    private readonly IHistorySink _sink;
    private readonly MarketState _market;
    private readonly Dictionary<ulong, FollowedOrder> _orders = [];
    private long _passes;
    private long _firstUnixNs;
    private long _orderSequence = -1;
    private AssetId _lastRefusedFor;

    private RunHistory(JournalWalk walk, IHistorySink sink)
    {
        _walk = walk;
        _sink = sink;
        _market = new MarketState(walk.Setup.ToEngineSetup());
    }

    /// <param name="folder">A run's own folder.</param>
    /// <param name="sink">Takes the history.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    /// <exception cref="JournalCorruptException">The journal is damaged inside.</exception>
    public static RunSummary Read(string folder, IHistorySink sink, CancellationToken cancellation = default) =>
        HasBegun(folder)
            ? new RunHistory(JournalWalk.Open(folder), sink).Read(cancellation)
            : new RunSummary(folder, null, 0, 0, 0, 0, Torn: true, Gap: null);

    /// <summary>What a run was set up with; null where it crashed before that was on the disk.</summary>
    /// <param name="folder">A run's own folder.</param>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    /// <exception cref="JournalCorruptException">The journal is damaged inside.</exception>
    public static ResolvedSetup? SetupOf(string folder) => HasBegun(folder) ? JournalWalk.Open(folder).Setup : null;

    /// <summary>False where the run crashed before its set-up was on the disk: nothing was decided then.</summary>
    private static bool HasBegun(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any()
        && JournalReader.Open(folder, JournalStreams.Inbound).TryRead(out _);

    private RunSummary Read(CancellationToken cancellation)
    {
        while (_walk.TryReadOrder(out OrderEvent order))
        {
            cancellation.ThrowIfCancellationRequested();
            _orderSequence++;
            bool isThere = order.Kind == OrderEventKind.Passes ? TryTakePasses(in order) : TryTakeDecision(in order);
            if (!isThere)
                break; // a crash took the decision's own events along, or there is a gap
        }
        if (_walk.Gap is null)
            _walk.TryApplyThrough(long.MaxValue, Apply); // what was told after the last decision
        foreach (FollowedOrder order in _orders.Values.OrderBy(static order => order.Id))
            _sink.Take(order.Close());
        return new RunSummary(_walk.Folder, _walk.Setup, _walk.Events, _passes, _firstUnixNs, _market.NowUnixNs, _walk.Torn, _walk.Gap);
    }

    private bool TryTakePasses(in OrderEvent order)
    {
        if (!_walk.TryApplyThrough(order.InputSequence, Apply))
            return false;
        _passes += order.Passes.Count;
        _sink.Take(new RecordedDecision
        {
            Sequence = _orderSequence,
            InputSequence = order.InputSequence,
            UnixNs = _market.NowUnixNs,
            Block = _market.HeadBlock,
            Portfolio = order.Portfolio.Value,
            Passes = order.Passes.Count,
            Verdict = order.Passes.Verdict,
            Risk = order.Passes.Risk,
            RiskAsset = _lastRefusedFor,
            Route = order.Passes.Route,
            Tier = order.Passes.Tier,
            Trigger = order.Passes.Trigger,
        });
        return true;
    }

    private bool TryTakeDecision(in OrderEvent order)
    {
        if (!_walk.TryApplyThrough(order.InputSequence, Apply))
            return false;
        _passes++;
        DecisionOutcome outcome = order.Decision;
        bool isValued = outcome.ValueNumeraire > 0 && double.IsFinite(outcome.ValueNumeraire) && double.IsFinite(outcome.MaxDrift);
        RecordedDecision decision = new()
        {
            Sequence = _orderSequence,
            InputSequence = order.InputSequence,
            UnixNs = _market.NowUnixNs,
            Block = _market.HeadBlock,
            Portfolio = order.Portfolio.Value,
            Passes = 1,
            Verdict = outcome.Verdict,
            Risk = outcome.Risk,
            RiskAsset = _lastRefusedFor = outcome.RiskAsset,
            Route = outcome.Route,
            Tier = outcome.Tier,
            Trigger = outcome.Trigger,
            ValueNumeraire = isValued ? outcome.ValueNumeraire : null,
            DriftBps = isValued ? Bps.FromFraction(outcome.MaxDrift).Value : null,
            WorstAsset = outcome.WorstAsset,
            BaseFeePerGasWei = outcome.BaseFeePerGasWei,
            OrderId = order.OrderId,
            Legs = order.LegCount,
        };
        TellDrift(decision);
        _sink.Take(decision);
        return order.LegCount == 0 || TryTakeLegs(decision);
    }

    /// <summary>False where a crash tore off the legs: then the order had not been let go either.</summary>
    private bool TryTakeLegs(RecordedDecision decision)
    {
        OrderLeg[] legs = new OrderLeg[decision.Legs];
        for (int i = 0; i < legs.Length; i++)
        {
            if (!_walk.TryReadOrder(out OrderEvent leg))
                return false;
            _orderSequence++;
            legs[i] = leg.Leg;
        }
        _orders[decision.OrderId] = new FollowedOrder(decision, legs, _market);
        return true;
    }

    private void TellDrift(RecordedDecision decision)
    {
        if (decision.DriftBps is not { } drift || decision.Verdict is DecisionVerdict.NotReady or DecisionVerdict.InFlight)
            return;
        foreach (FollowedOrder order in _orders.Values)
            order.SeeDrift(drift, decision.Block);
        CloseThoseThatAreOver();
    }

    private void Apply(MarketEvent e, long sequence)
    {
        _market.Apply(in e);
        if (_firstUnixNs == 0)
            _firstUnixNs = _market.NowUnixNs;
        switch (e.Kind)
        {
            case MarketEventKind.Head:
                foreach (FollowedOrder order in _orders.Values)
                    order.SeeBlockEnd(_market);
                break;
            case MarketEventKind.OrderReport:
                _sink.Take(new RecordedReport(sequence, _market.NowUnixNs, e.BlockNumber, e.Order));
                if (_orders.TryGetValue(e.Order.OrderId, out FollowedOrder? reported))
                    reported.See(in e.Order, _market.NumerairePerWei);
                CloseThoseThatAreOver();
                break;
            case MarketEventKind.LegFill:
                if (_orders.TryGetValue(e.Fill.OrderId, out FollowedOrder? filled))
                    filled.See(in e.Fill, sequence, _market.NowUnixNs, e.BlockNumber);
                break;
            case MarketEventKind.Operator:
                _sink.Take(new RecordedAction(sequence, _market.NowUnixNs, e.BlockNumber, e.Command));
                break;
            case MarketEventKind.FeedLost:
                _sink.Take(new RecordedLoss(sequence, _market.NowUnixNs, _market.HeadBlock));
                break;
        }
    }

    private void CloseThoseThatAreOver()
    {
        foreach (FollowedOrder order in _orders.Values.Where(static order => order.IsOver).ToArray())
        {
            _sink.Take(order.Close());
            _orders.Remove(order.Id);
        }
    }
}
