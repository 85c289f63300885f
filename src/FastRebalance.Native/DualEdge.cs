using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>A pair of tokens that one pool trades, both ways. A way without segments has kappa -1. The layout is fr_dual_edge.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DualEdge
{
    /// <summary>Kappa of the first segment of selling A for B.</summary>
    public double KappaAB;

    public double KappaBA;
    public int A;
    public int B;

    /// <summary>Where the segments of selling A for B begin, and how many there are.</summary>
    public int FirstAB;

    public int CountAB;
    public int FirstBA;
    public int CountBA;
}
