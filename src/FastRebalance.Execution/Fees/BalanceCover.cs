using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Fees;

/// <summary>
/// Holds the most that all live nonces can cost against what the account has and may risk, as pools do (geth: ValidateTransactionWithState). Pure;
/// a sum past 256 bits is never covered.
/// </summary>
public static class BalanceCover
{
    /// <param name="live">Every nonce that is neither mined nor free.</param>
    /// <param name="next">What would be let out on top; default for nothing.</param>
    /// <param name="balanceWei">The account's ether, with its pool's transactions not yet taken off.</param>
    /// <param name="accountLimitWei">Most that may be at risk at once.</param>
    public static CoverVerdict Check(ReadOnlySpan<SlotCost> live, in SlotCost next, in UInt256 balanceWei, in UInt256 accountLimitWei)
    {
        UInt256 room = balanceWei < accountLimitWei ? balanceWei : accountLimitWei;
        CoverVerdict lacking = balanceWei < accountLimitWei ? CoverVerdict.BalanceShort : CoverVerdict.AboveAccountLimit;
        if (!TryTake(ref room, next.MostWei))
            return lacking;
        foreach (ref readonly SlotCost slot in live)
            if (!TryTake(ref room, slot.MostWei))
                return lacking;
        return CoverVerdict.Covered;
    }

    private static bool TryTake(ref UInt256 room, in UInt256 wei)
    {
        if (wei > room)
            return false;
        room -= wei;
        return true;
    }
}
