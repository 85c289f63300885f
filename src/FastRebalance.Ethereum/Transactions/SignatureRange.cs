using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>Which r and s a chain accepts: from 1 to the curve's order less one, and s no more than half of the order (EIP-2).</summary>
internal static class SignatureRange
{
    private static readonly UInt256 s_order = new(0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff);
    private static readonly UInt256 s_halfOrder = new(0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff, 0x7fffffffffffffff);

    public static bool HoldsR(in UInt256 r) => !r.IsZero && r < s_order;

    public static bool HoldsS(in UInt256 s) => !s.IsZero && s <= s_halfOrder;
}
