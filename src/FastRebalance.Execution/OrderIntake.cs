using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Messaging;

namespace FastRebalance.Execution;

/// <summary>
/// The executor's end of the order ring: copies an order and its legs out of the slots and hands it over. Runs on the ring's
/// consumer thread and never waits there; decisions that order nothing pass by.
/// </summary>
public sealed class OrderIntake : IBatchHandler<OrderEvent>
{
    private const ulong WeiPerGwei = 1_000_000_000;

    private readonly Action<Order> _handOver;
    private readonly List<OrderLeg> _legs = [];
    private OrderEvent _decision;
    private int _missingLegs;

    /// <param name="handOver">Takes each order; it returns at once.</param>
    internal OrderIntake(Action<Order> handOver) => _handOver = handOver;

    public void OnBatch(RingBuffer<OrderEvent> ring, long lo, long hi)
    {
        for (long sequence = lo; sequence <= hi; sequence++)
            Take(in ring[sequence]);
    }

    // A decision and its legs are one publication, but a batch may end between them.
    private void Take(in OrderEvent e)
    {
        switch (e.Kind)
        {
            case OrderEventKind.Decision:
                RequireWhole(_missingLegs == 0, in e);
                if (e.Decision.Verdict == DecisionVerdict.Order)
                    Begin(in e);
                break;
            case OrderEventKind.Passes:
                RequireWhole(_missingLegs == 0, in e);
                break;
            case OrderEventKind.Leg:
                RequireWhole(_missingLegs > 0 && e.LegIndex == _legs.Count && e.OrderId == _decision.OrderId, in e);
                _legs.Add(e.Leg);
                if (--_missingLegs == 0)
                    HandOver();
                break;
            default:
                RequireWhole(false, in e);
                break;
        }
    }

    private void Begin(in OrderEvent e)
    {
        RequireWhole(e.LegCount > 0 && e.OrderId != 0, in e);
        _decision = e;
        _missingLegs = e.LegCount;
        _legs.Clear();
    }

    private void HandOver()
    {
        _handOver(new Order(_decision.OrderId, _decision.Portfolio, _decision.DueNs, _decision.Decision.DeadlineUnixSeconds, _decision.Decision.Tier,
            (UInt128)_decision.Decision.TradedGwei * WeiPerGwei, [.. _legs]));
    }

    private static void RequireWhole(bool holds, in OrderEvent e)
    {
        if (!holds)
            throw new InvalidOperationException(
                $"the order ring is out of step at {e.Kind} of order {e.OrderId}, leg {e.LegIndex} of {e.LegCount}: orders cannot be trusted any more");
    }
}
