using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>
/// The graph of the managed search: native/src/path_graph.h, where the reasons are written. Every edge stands twice, in the row of the
/// asset it sells and in the row of the asset it buys; rates, depths and gas change in place.
/// </summary>
internal sealed class PathGraph
{
    private readonly PathRowEdge[] _out;
    private readonly PathRowEdge[] _in;
    private readonly int[] _outStart;
    private readonly int[] _inStart;
    private readonly int[] _outAt;
    private readonly int[] _inAt;

    public PathGraph(int maxAssets, int maxEdges)
    {
        _out = new PathRowEdge[maxEdges];
        _in = new PathRowEdge[maxEdges];
        _outStart = new int[maxAssets + 1];
        _inStart = new int[maxAssets + 1];
        _outAt = new int[maxEdges];
        _inAt = new int[maxEdges];
    }

    /// <summary>False until <see cref="Build"/> has succeeded, and after it has failed.</summary>
    public bool IsBuilt { get; private set; }

    public int EdgeCount { get; private set; }

    public int AssetCount { get; private set; }

    public int PoolCount { get; private set; }

    /// <summary>The edges by asset sold, then asset bought, then index.</summary>
    public ReadOnlySpan<PathRowEdge> Out => _out.AsSpan(0, EdgeCount);

    /// <summary>The edges by asset bought, then asset sold, then index.</summary>
    public ReadOnlySpan<PathRowEdge> In => _in.AsSpan(0, EdgeCount);

    /// <summary>Where each asset's row of <see cref="Out"/> begins; one more at the end.</summary>
    public ReadOnlySpan<int> OutStart => _outStart.AsSpan(0, AssetCount + 1);

    /// <summary>Where each asset's row of <see cref="In"/> begins; one more at the end.</summary>
    public ReadOnlySpan<int> InStart => _inStart.AsSpan(0, AssetCount + 1);

    public PathStatus Build(ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount)
    {
        IsBuilt = false;
        if (edges.Length > PathLimits.MaxEdges
            || assetCount is < 2 or > PathLimits.MaxAssets
            || poolCount is < 0 or > PathLimits.MaxPools)
            return PathStatus.BadLimit;
        if (edges.Length > _out.Length || assetCount >= _outStart.Length) return PathStatus.GraphTooSmall;
        PathStatus status = CheckEdges(edges, assetCount, poolCount);
        if (status < 0) return status;

        EdgeCount = edges.Length;
        AssetCount = assetCount;
        PoolCount = poolCount;
        Fill(edges);
        IsBuilt = true;
        return PathStatus.Ready;
    }

    public PathStatus Change(ReadOnlySpan<PathEdgeChange> changes)
    {
        if (!IsBuilt) return PathStatus.BadGraph;
        foreach (ref readonly PathEdgeChange change in changes)
        {
            if (!IsIndex(change.Edge, EdgeCount)) return PathStatus.BadIndex;
            if (!IsCurve(change.Rate, change.Depth)) return PathStatus.BadNumber;
        }
        foreach (ref readonly PathEdgeChange change in changes)
        {
            _out[_outAt[change.Edge]].Set(change.Rate, change.Depth, change.Gas);
            _in[_inAt[change.Edge]].Set(change.Rate, change.Depth, change.Gas);
        }
        return PathStatus.Ready;
    }

    public static bool IsIndex(int index, int count) => (uint)index < (uint)count;

    // False for NaN as well: every comparison with it is.
    public static bool IsMagnitude(double x) => x >= PathLimits.MinMagnitude && x <= PathLimits.MaxMagnitude;

    // Both in range, or both zero for an edge that is left out.
    private static bool IsCurve(double rate, double depth) => (rate == 0.0 && depth == 0.0) || (IsMagnitude(rate) && IsMagnitude(depth));

    private static PathStatus CheckEdges(ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount)
    {
        foreach (ref readonly PathEdge edge in edges)
        {
            if (!IsIndex(edge.From, assetCount) || !IsIndex(edge.To, assetCount) || edge.From == edge.To || !IsIndex(edge.Pool, poolCount))
                return PathStatus.BadIndex;
            if (!IsCurve(edge.Rate, edge.Depth)) return PathStatus.BadNumber;
        }
        return PathStatus.Ready;
    }

    // Two stable counting sorts: by the asset sold, and then those by the asset bought.
    private void Fill(ReadOnlySpan<PathEdge> edges)
    {
        CountRows(edges);
        for (int i = EdgeCount - 1; i >= 0; i--) // for now only which edge stands where
            _inAt[--_outStart[edges[i].From]] = i;
        for (int i = EdgeCount - 1; i >= 0; i--)
        {
            int edge = _inAt[i];
            _outAt[--_inStart[edges[edge].To]] = edge;
        }
        for (int i = 0; i < EdgeCount; i++)
            _in[i] = PathRowEdge.Of(in edges[_outAt[i]], _outAt[i], edges[_outAt[i]].From);

        // The in rows stand by asset bought and index: a stable sort by asset sold gives the out rows the same order.
        CountRows(edges);
        for (int i = EdgeCount - 1; i >= 0; i--)
        {
            int index = _in[i].Index;
            ref readonly PathEdge edge = ref edges[index];
            _out[--_outStart[edge.From]] = PathRowEdge.Of(in edge, index, edge.To);
            --_inStart[edge.To];
        }
        for (int i = 0; i < EdgeCount; i++)
        {
            _inAt[_in[i].Index] = i;
            _outAt[_out[i].Index] = i;
        }
    }

    // Counts, and makes of counts the ends of the rows; whoever fills the rows from behind brings them to the starts.
    private void CountRows(ReadOnlySpan<PathEdge> edges)
    {
        _outStart.AsSpan(0, AssetCount + 1).Clear();
        _inStart.AsSpan(0, AssetCount + 1).Clear();
        foreach (ref readonly PathEdge edge in edges)
        {
            _outStart[edge.From]++;
            _inStart[edge.To]++;
        }
        for (int i = 0; i < AssetCount; i++)
        {
            _outStart[i + 1] += _outStart[i];
            _inStart[i + 1] += _inStart[i];
        }
    }
}
