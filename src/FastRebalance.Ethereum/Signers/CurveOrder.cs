using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Ethereum.Signers;

/// <summary>Arithmetic at the order of secp256k1, on numbers of 32 bytes, big-endian. Signatures are public: nothing here is constant-time.</summary>
internal static class CurveOrder
{
    /// <summary>True from 1 to the order less one.</summary>
    public static bool IsInRange(ReadOnlySpan<byte> number) => SignatureRange.HoldsR(UInt256.ReadBigEndian(number));

    /// <summary>Copies s, or the order less s where s is in the upper half (EIP-2).</summary>
    /// <returns>True where it was in the upper half.</returns>
    public static bool ToLowerHalf(ReadOnlySpan<byte> s, Span<byte> low)
    {
        UInt256 value = UInt256.ReadBigEndian(s);
        bool isHigh = value > SignatureRange.HalfOrder;
        (isHigh ? SignatureRange.Order - value : value).WriteBigEndian(low);
        return isHigh;
    }
}
