using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>Which r and s a chain accepts: from 1 to the curve's order less one, and s no more than half of the order (EIP-2).</summary>
internal static class SignatureRange
{
    public static readonly UInt256 Order = new(0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff);
    public static readonly UInt256 HalfOrder = Order >> 1;

    public static bool HoldsR(in UInt256 r) => !r.IsZero && r < Order;

    public static bool HoldsS(in UInt256 s) => !s.IsZero && s <= HalfOrder;
}
