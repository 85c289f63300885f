using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>An edge's new rate, depth and gas; its assets and pool stay. The layout is fr_edge_change of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PathEdgeChange
{
    /// <summary>As in <see cref="PathEdge.Rate"/>.</summary>
    public double Rate;

    /// <summary>As in <see cref="PathEdge.Depth"/>.</summary>
    public double Depth;

    /// <summary>The edge's place in the list that the graph was built from.</summary>
    public int Edge;

    /// <summary>As in <see cref="PathEdge.Gas"/>.</summary>
    public uint Gas;
}
