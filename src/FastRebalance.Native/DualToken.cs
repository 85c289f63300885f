using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>One token of a basket. Values are shares of the portfolio at reference prices. The layout is fr_dual_token of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DualToken
{
    /// <summary>Value held; not negative.</summary>
    public double Held;

    /// <summary>Target weight; not negative.</summary>
    public double Weight;

    /// <summary>Value that must be left, where as much as possible of one token is wanted.</summary>
    public double Owed;
}
