using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Confirmation;

/// <summary>Reads off a receipt what each leg of an order spent and received.</summary>
internal interface IFillReader
{
    /// <returns>One entry per leg; false where the logs are not those of the order, and the movements are then not whole.</returns>
    bool TryRead(ulong orderId, IReadOnlyList<OrderLeg> legs, IReadOnlyList<LogEntry> logs, Span<LegMovement> movements);
}
