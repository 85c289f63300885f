using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine;

/// <summary>
/// Knows whether an order is under way. At most one is: the next one is sized only on holdings read from a block at or after the
/// one that settled it. Where safety has a sender of its own, a safety order does not wait for an economic one: it pre-empts it, and then
/// two are under way, of which only the newer counts on anything.
/// </summary>
/// <param name="epoch">Of the run: it keeps order ids apart.</param>
/// <param name="safetyPreempts">Whether safety has a sender of its own.</param>
public sealed class OrderTracker(ulong epoch, bool safetyPreempts = false)
{
    private const int CounterBits = 40;

    private ulong _counter;
    private ulong _liveOrder;
    private ulong _order;
    private PolicyTier _tier;
    private ulong _settledBlock;
    private ulong _headBlock;
    private long _lastSafetyUnixNs = long.MinValue;

    // The economic order that safety went before, until its outcome is in the holdings; the name stays, for a reorganisation may bring it again.
    private ulong _preempted;
    private bool _preemptedIsLive;
    private ulong _preemptedBlock;

    /// <summary>True from the moment an order is published until holdings that include its outcome are known.</summary>
    public bool IsInFlight => IsNewestInFlight || IsPreemptedInFlight;

    /// <summary>The newest order while it is under way; 0 otherwise.</summary>
    public ulong InFlightOrder => IsNewestInFlight ? _order : 0;

    /// <summary>
    /// The order under way is one that a safety order need not wait for. One that is mined already has only to be seen in the holdings: that is
    /// waited for, by every tier.
    /// </summary>
    public bool MayBePreempted => safetyPreempts && _liveOrder != 0 && _tier == PolicyTier.Economic && _headBlock >= _preemptedBlock;

    /// <summary>Event time of the last order; <see cref="long.MinValue"/> before the first.</summary>
    public long LastOrderUnixNs { get; private set; } = long.MinValue;

    /// <summary>Orders published since the start.</summary>
    public ulong Count => _counter;

    /// <summary>Whether an order of this tier has to wait for what is under way.</summary>
    public bool Blocks(PolicyTier tier) => safetyPreempts && tier == PolicyTier.Safety
        ? (IsNewestInFlight && !MayBePreempted) || _headBlock < _preemptedBlock
        : IsInFlight;

    /// <summary>Event time of the last order that a cool-down of this tier counts from: a safety that pre-empts does not rest after economy's.</summary>
    public long LastUnixNsFor(PolicyTier tier) => safetyPreempts && tier == PolicyTier.Safety ? _lastSafetyUnixNs : LastOrderUnixNs;

    /// <summary>Names the order about to be published: the run's epoch above a counter.</summary>
    /// <param name="unixNs">Event time.</param>
    /// <param name="tier">What it is for; an economic one that is under way is pre-empted by a safety one.</param>
    public ulong Open(long unixNs, PolicyTier tier = PolicyTier.None)
    {
        if (MayBePreempted && tier == PolicyTier.Safety)
            (_preempted, _preemptedIsLive) = (_liveOrder, true);
        _liveOrder = (epoch << CounterBits) | ++_counter;
        _order = _liveOrder;
        _tier = tier;
        LastOrderUnixNs = unixNs;
        if (tier == PolicyTier.Safety)
            _lastSafetyUnixNs = unixNs;
        return _liveOrder;
    }

    public void OnReport(in OrderReport report)
    {
        if (report.OrderId == _preempted && _preempted != 0)
        {
            OnPreempted(in report);
            return;
        }
        switch (report.Status)
        {
            case SubmitStatus.Included or SubmitStatus.Reverted when report.OrderId == _liveOrder:
                _liveOrder = 0;
                _settledBlock = report.IncludedBlock;
                break;
            case SubmitStatus.Dropped or SubmitStatus.NotSent or SubmitStatus.Foreign when report.OrderId == _liveOrder:
                _liveOrder = 0;
                break;
            case SubmitStatus.Reorged when _liveOrder == 0:
                // Mined once and mined no more: the same bytes may be mined again, so nothing new may be sized until they settle.
                _tier = report.OrderId == _order ? _tier : PolicyTier.None;
                _liveOrder = _order = report.OrderId;
                break;
        }
    }

    public void OnHead(ulong block)
    {
        _headBlock = block;
        // After a reorg the chain may be shorter than the block that once settled the order.
        if (_liveOrder == 0 && _settledBlock <= block)
            _settledBlock = 0;
        if (_preemptedBlock <= block)
            _preemptedBlock = 0;
    }

    private bool IsNewestInFlight => _liveOrder != 0 || _headBlock < _settledBlock;

    private bool IsPreemptedInFlight => _preemptedIsLive || _headBlock < _preemptedBlock;

    // It may still be mined: what it moves is waited for, and economy waits until nothing can come of it.
    private void OnPreempted(in OrderReport report)
    {
        switch (report.Status)
        {
            case SubmitStatus.Included or SubmitStatus.Reverted:
                _preemptedIsLive = false;
                _preemptedBlock = report.IncludedBlock;
                break;
            case SubmitStatus.Dropped or SubmitStatus.NotSent or SubmitStatus.Foreign:
                _preemptedIsLive = false;
                break;
            case SubmitStatus.Reorged:
                _preemptedIsLive = true;
                _preemptedBlock = 0;
                break;
        }
    }
}
