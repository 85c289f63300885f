using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Transactions;

/// <summary>Until when an order may run; the contract that runs it holds to what it knows of.</summary>
/// <param name="MaxBlock">The last block.</param>
/// <param name="UnixSeconds">The last second.</param>
internal readonly record struct OrderDeadline(ulong MaxBlock, long UnixSeconds);

/// <summary>Writes orders as calls of the contract that runs them.</summary>
internal interface IOrderEncoder
{
    /// <summary>The contract that is called.</summary>
    Address Target { get; }

    /// <summary>Enough room for this many legs.</summary>
    int MaxLength(int legs);

    /// <summary>Writes the call's data; allocates nothing.</summary>
    /// <param name="orderId">Names the decision.</param>
    /// <param name="deadline">After it the call reverts.</param>
    /// <param name="legs">In the order of execution.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="length">Bytes written; 0 unless encoded.</param>
    EncodeStatus TryEncode(ulong orderId, OrderDeadline deadline, ReadOnlySpan<OrderLeg> legs, Span<byte> destination, out int length);
}
