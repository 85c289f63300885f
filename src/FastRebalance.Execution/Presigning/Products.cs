using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Presigning;

/// <summary>Compares fractions without dividing.</summary>
internal static class Products
{
    /// <summary>The sign of a·b − c·d, over the whole 512-bit products.</summary>
    public static int Compare(in UInt256 a, in UInt256 b, in UInt256 c, in UInt256 d)
    {
        UInt256 left = UInt256.MultiplyFull(in a, in b, out UInt256 leftHigh);
        UInt256 right = UInt256.MultiplyFull(in c, in d, out UInt256 rightHigh);
        int high = leftHigh.CompareTo(rightHigh);
        return high != 0 ? high : left.CompareTo(right);
    }
}
