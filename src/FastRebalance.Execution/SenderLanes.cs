using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Messaging;

namespace FastRebalance.Execution;

/// <summary>
/// The end of the order ring where safety has a sender of its own: an account's nonces are mined in their order, so that what is stuck on one
/// account holds up everything behind it, and nothing on another. A safety order also has economy give up what it has out, lest both fill. Runs on
/// the ring's consumer thread and never waits there.
/// </summary>
public sealed class SenderLanes : IBatchHandler<OrderEvent>
{
    private readonly OrderIntake _intake;

    /// <param name="economic">Sends what trades because it pays.</param>
    /// <param name="safety">Sends what trades because it must; of another account.</param>
    public SenderLanes(OrderExecutor economic, OrderExecutor safety)
        : this(economic.Offer, safety.Offer, economic.Preempt)
    {
    }

    /// <param name="economic">Takes economic orders; it returns at once, as do the others.</param>
    /// <param name="safety">Takes safety orders.</param>
    /// <param name="preempt">Told, once a safety order is handed over, why economy's order is to be given up.</param>
    internal SenderLanes(Action<Order> economic, Action<Order> safety, Action<string> preempt) => _intake = new OrderIntake(order =>
    {
        if (order.Tier != PolicyTier.Safety)
        {
            economic(order);
            return;
        }
        safety(order);
        preempt($"safety order {order.Id} goes first");
    });

    public void OnBatch(RingBuffer<OrderEvent> ring, long lo, long hi) => _intake.OnBatch(ring, lo, hi);
}
