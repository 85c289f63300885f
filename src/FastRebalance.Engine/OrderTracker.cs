using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine;

/// <summary>
/// Knows whether an order is under way. At most one is: the next one is sized only on holdings read from a block at or after the
/// one that settled it.
/// </summary>
public sealed class OrderTracker(ulong epoch)
{
    private const int CounterBits = 40;

    private ulong _counter;
    private ulong _liveOrder;
    private ulong _order;
    private ulong _settledBlock;
    private ulong _headBlock;

    /// <summary>True from the moment an order is published until holdings that include its outcome are known.</summary>
    public bool IsInFlight => _liveOrder != 0 || _headBlock < _settledBlock;

    /// <summary>The order that <see cref="IsInFlight"/> speaks of; 0 while nothing is under way.</summary>
    public ulong InFlightOrder => IsInFlight ? _order : 0;

    /// <summary>Event time of the last order; <see cref="long.MinValue"/> before the first.</summary>
    public long LastOrderUnixNs { get; private set; } = long.MinValue;

    /// <summary>Orders published since the start.</summary>
    public ulong Count => _counter;

    /// <summary>Names the order about to be published: the run's epoch above a counter.</summary>
    public ulong Open(long unixNs)
    {
        _liveOrder = (epoch << CounterBits) | ++_counter;
        _order = _liveOrder;
        LastOrderUnixNs = unixNs;
        return _liveOrder;
    }

    public void OnReport(in OrderReport report)
    {
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
    }
}
