using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>One edge as it stands in a row of a <see cref="PathGraph"/>: struct fr_row_edge of native/src/path_graph.h.</summary>
internal struct PathRowEdge
{
    /// <summary>0 where the edge is left out, and so is the depth then.</summary>
    public double Rate;

    public double Depth;

    /// <summary>1 / depth, or 0.</summary>
    public double DepthInverse;

    /// <summary>The asset at the far end: bought in an out row, sold in an in row.</summary>
    public int Other;

    public int Pool;

    /// <summary>Of the edge, as the caller counts.</summary>
    public int Index;

    public uint Gas;

    public static PathRowEdge Of(in PathEdge edge, int index, int other)
    {
        PathRowEdge row = default;
        row.Other = other;
        row.Pool = edge.Pool;
        row.Index = index;
        row.Set(edge.Rate, edge.Depth, edge.Gas);
        return row;
    }

    public void Set(double rate, double depth, uint gas)
    {
        Rate = rate;
        Depth = depth;
        DepthInverse = depth == 0.0 ? 0.0 : 1.0 / depth;
        Gas = gas;
    }
}
