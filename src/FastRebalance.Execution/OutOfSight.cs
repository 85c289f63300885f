using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.Execution;

/// <summary>Which orders keep out of everybody's sight, and until which head. The executor's loop.</summary>
internal sealed class OutOfSight(PendingTerms terms)
{
    private ulong _until;

    /// <summary>Somebody stood before an order of ours in the pool, to sell it back dearer: orders take the private way for a while.</summary>
    public void Begin(ulong head) => _until = head + (ulong)terms.PrivateBlocks;

    public bool IsOn(ulong head) => head < _until;

    /// <summary>Settles it for an order that is about to go.</summary>
    /// <param name="order">The order.</param>
    /// <param name="behind">The signed transaction that it shall follow; empty for none.</param>
    /// <param name="head">The newest.</param>
    public void Settle(FollowedOrder order, ReadOnlyMemory<byte> behind, ulong head)
    {
        order.Behind = behind;
        // What is to follow another is for the next block only; then it goes everywhere, by itself, for it shall be mined.
        order.PrivateUntil = !behind.IsEmpty ? head + 1 : IsOn(head) ? head + (ulong)terms.MaxWaitBlocks : 0;
    }

    /// <summary>A cancel is for everyone: what it is to stop may be anywhere.</summary>
    public static SendWay WayOf(FollowedOrder order, AttemptKind kind, ulong head) =>
        kind == AttemptKind.Cancel || head >= order.PrivateUntil ? default : new SendWay(IsPrivate: true, order.Behind);
}
