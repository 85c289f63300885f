using FastRebalance.Native;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Routing.Paths;

/// <summary>The plain way: makes every path, sorts them all, gives the first. For small graphs with sound arguments.</summary>
internal sealed class PathSearchByBruteForce : IPathSearch
{
    private PathEdge[] _edges = [];

    public string Name => "brute force";

    public PathStatus Build(ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount)
    {
        _edges = edges.ToArray();
        return PathStatus.Ready;
    }

    public PathStatus Change(ReadOnlySpan<PathEdgeChange> changes)
    {
        foreach (PathEdgeChange change in changes)
            (_edges[change.Edge].Rate, _edges[change.Edge].Depth, _edges[change.Edge].Gas) = (change.Rate, change.Depth, change.Gas);
        return PathStatus.Ready;
    }

    public PathStatus Find(in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount) =>
        Find(query, isExactOut: false, blockedPools, paths, values, out pathCount);

    public PathStatus FindExactOut(in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount) =>
        Find(query, isExactOut: true, blockedPools, paths, values, out pathCount);

    private PathStatus Find(
        PathQuery query, bool isExactOut, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount)
    {
        List<(double Value, int[] Edges)> all = [];
        Collect(query, isExactOut, blockedPools.ToArray(), [], query.Source, all);
        all.Sort((a, b) => a.Value == b.Value ? a.Edges.AsSpan().SequenceCompareTo(b.Edges)
            : isExactOut ? a.Value.CompareTo(b.Value) : b.Value.CompareTo(a.Value));

        pathCount = Math.Min(all.Count, query.MaxPaths);
        for (int i = 0; i < pathCount; i++)
        {
            Span<int> slots = paths.Slice(i * query.MaxHops, query.MaxHops);
            slots.Fill(-1);
            all[i].Edges.CopyTo(slots);
            values[i] = all[i].Value;
        }
        return pathCount > 0 ? PathStatus.Found : PathStatus.NoPath;
    }

    private void Collect(PathQuery query, bool isExactOut, byte[] blocked, int[] path, int at, List<(double, int[])> all)
    {
        for (int i = 0; i < _edges.Length; i++)
        {
            PathEdge edge = _edges[i];
            if (edge.From != at || edge.To == query.Source || edge.Rate == 0 || (blocked.Length > 0 && blocked[edge.Pool] != 0)
                || path.Any(taken => _edges[taken].Pool == edge.Pool || _edges[taken].To == edge.To))
                continue;
            int[] longer = [.. path, i];
            if (edge.To != query.Target)
            {
                if (longer.Length < query.MaxHops)
                    Collect(query, isExactOut, blocked, longer, edge.To, all);
            }
            else if (isExactOut ? TryCost(query, longer, out double value) : TryOutput(query, longer, out value))
            {
                all.Add((value, longer));
            }
        }
    }

    private bool TryOutput(PathQuery query, int[] path, out double value)
    {
        double amount = query.Amount;
        ulong gas = 0;
        foreach (PathEdge edge in path.Select(i => _edges[i]))
        {
            amount = edge.Rate * amount * edge.Depth / (edge.Depth + amount);
            gas += edge.Gas;
        }
        value = amount - (double)gas * query.GasPrice;
        return true;
    }

    private bool TryCost(PathQuery query, int[] path, out double value)
    {
        double amount = query.Amount;
        ulong gas = 0;
        value = 0;
        foreach (PathEdge edge in path.Reverse().Select(i => _edges[i]))
        {
            if (!(amount < edge.Rate * edge.Depth))
                return false;
            amount = amount * edge.Depth / (edge.Rate * edge.Depth - amount);
            gas += edge.Gas;
        }
        value = amount + (double)gas * query.GasPrice;
        return true;
    }
}
