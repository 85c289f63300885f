using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>
/// One hyperbola of a way: <c>out = rate x / (1 + x / depth)</c> until <c>1 + x / depth</c> has grown to <c>1 + cap</c>. Prices are the
/// reference prices per base unit. The layout is fr_dual_segment.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct DualSegment
{
    /// <summary><c>sqrt(rate priceOut / priceIn) - 1</c>; above -1.</summary>
    public double Kappa;

    /// <summary><c>ln(1 + kappa)</c>.</summary>
    public double LogKappa;

    /// <summary><c>depth sqrt(rate priceIn priceOut)</c>; above 0.</summary>
    public double Root;

    /// <summary>Largest growth less one; <see cref="double.MaxValue"/> for an endless segment.</summary>
    public double Cap;

    /// <summary><c>ln(1 + cap)</c>; <see cref="double.MaxValue"/> for an endless segment.</summary>
    public double LogCap;
}
