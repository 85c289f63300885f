using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Signers;

/// <summary>Arithmetic at the order of secp256k1, on numbers of 32 bytes, big-endian. Signatures are public: nothing here is constant-time.</summary>
internal static class CurveOrder
{
    private static readonly UInt256 s_order = new(0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff);
    private static readonly UInt256 s_half = s_order >> 1;

    /// <summary>True from 1 to the order less one.</summary>
    public static bool IsInRange(ReadOnlySpan<byte> number)
    {
        UInt256 value = UInt256.ReadBigEndian(number);
        return !value.IsZero && value < s_order;
    }

    /// <summary>Copies s, or the order less s where s is in the upper half (EIP-2).</summary>
    /// <returns>True where it was in the upper half.</returns>
    public static bool ToLowerHalf(ReadOnlySpan<byte> s, Span<byte> low)
    {
        UInt256 value = UInt256.ReadBigEndian(s);
        bool isHigh = value > s_half;
        (isHigh ? s_order - value : value).WriteBigEndian(low);
        return isHigh;
    }
}
