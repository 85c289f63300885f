using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>
/// One direction of one pool: selling <see cref="From"/> brings out(x) = Rate * x * Depth / (Depth + x) of <see cref="To"/>, and
/// out(x) = y takes x = y * Depth / (Rate * Depth - y). Exact for a constant product, and a fit from below for the rest. With rate and
/// depth 0 the edge is left out until it changes. The layout is fr_edge of fastrebalance.h.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct PathEdge
{
    /// <summary>Raw units of <see cref="To"/> per raw unit of <see cref="From"/> at size zero, fee included.</summary>
    public double Rate;

    /// <summary>Raw units of <see cref="From"/> at which the average rate has fallen to half of <see cref="Rate"/>.</summary>
    public double Depth;

    /// <summary>Index of the asset sold.</summary>
    public int From;

    /// <summary>Index of the asset bought.</summary>
    public int To;

    /// <summary>Index of the pool; the edges of one pool share it.</summary>
    public int Pool;

    /// <summary>Gas units this hop adds.</summary>
    public uint Gas;
}
