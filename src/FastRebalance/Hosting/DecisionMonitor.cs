using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting;

/// <summary>
/// Counts decisions by verdict, follows the drift and keeps every order with its reason: what the live view and the report show.
/// Written by the order ring's consumer thread, read by any.
/// </summary>
public sealed class DecisionMonitor : IBatchHandler<OrderEvent>
{
    private readonly Lock _gate = new();
    private readonly long[] _byVerdict = new long[Enum.GetValues<DecisionVerdict>().Length];
    private readonly long[] _byRefusal = new long[Enum.GetValues<RiskVerdict>().Length];
    private readonly List<OrderedDecision> _orders = [];
    private DecisionOutcome _last;
    private double _startDrift = double.NaN;
    private double _worstDrift;
    private DateTime? _firstUtc;
    private long _decisions;

    public void OnBatch(RingBuffer<OrderEvent> ring, long lo, long hi)
    {
        lock (_gate)
            for (long sequence = lo; sequence <= hi; sequence++)
                Take(in ring[sequence]);
    }

    public DecisionSummary Summary()
    {
        lock (_gate)
            return new DecisionSummary(
                _decisions, [.. _byVerdict], [.. _byRefusal], Bps.FromFraction(_startDrift), Bps.FromFraction(_worstDrift), _last, [.. _orders], _firstUtc);
    }

    private void Take(in OrderEvent e)
    {
        if (e.Kind == OrderEventKind.Decision)
            TakeDecision(in e);
        else if (e.Kind == OrderEventKind.Passes)
            Count(e.Passes.Verdict, e.Passes.Risk, e.Passes.Count);
    }

    private void Count(DecisionVerdict verdict, RiskVerdict risk, int passes)
    {
        _decisions += passes;
        _byVerdict[(int)verdict] += passes;
        if (verdict == DecisionVerdict.Refused)
            _byRefusal[(int)risk] += passes;
    }

    private void TakeDecision(in OrderEvent e)
    {
        Count(e.Decision.Verdict, e.Decision.Risk, 1);
        if (e.Decision.Verdict == DecisionVerdict.NotReady)
            return;
        _last = e.Decision;
        _firstUtc ??= DateTime.UtcNow;
        if (double.IsNaN(_startDrift))
            _startDrift = e.Decision.MaxDrift;
        _worstDrift = Math.Max(_worstDrift, e.Decision.MaxDrift);
        if (e.Decision.Verdict == DecisionVerdict.Order)
            _orders.Add(new OrderedDecision(e.OrderId, e.Decision));
    }
}

/// <summary>An order and the pass that made it.</summary>
public readonly record struct OrderedDecision(ulong OrderId, DecisionOutcome Decision);

/// <param name="Decisions">Passes so far.</param>
/// <param name="ByVerdict">Count by <see cref="DecisionVerdict"/>.</param>
/// <param name="ByRefusal">Count by <see cref="RiskVerdict"/>, of the refused.</param>
/// <param name="StartDrift">Largest drift at the first complete pass; not a number before it.</param>
/// <param name="WorstDrift">Largest drift of any pass that was told whole; those that were only counted were inside the band or like one of them.</param>
/// <param name="Last">The newest complete pass that was told whole; passes counted since then ended like it.</param>
/// <param name="Orders">Every order.</param>
/// <param name="FirstUtc">When the first complete pass was seen; null before it.</param>
public sealed record DecisionSummary(
    long Decisions,
    IReadOnlyList<long> ByVerdict,
    IReadOnlyList<long> ByRefusal,
    Bps StartDrift,
    Bps WorstDrift,
    DecisionOutcome Last,
    IReadOnlyList<OrderedDecision> Orders,
    DateTime? FirstUtc = null)
{
    public long Count(DecisionVerdict verdict) => ByVerdict[(int)verdict];
}
