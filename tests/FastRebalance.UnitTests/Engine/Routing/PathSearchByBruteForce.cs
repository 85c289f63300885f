using FastRebalance.Engine.Routing.PathSearch;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Engine.Routing;

/// <summary>The plain way: makes every path, sorts them all, gives the first. For small graphs with sound arguments.</summary>
internal sealed class PathSearchByBruteForce : IPathSearch
{
    public string Name => "brute force";

    public PathStatus Find(
        in PathQuery query, ReadOnlySpan<PathEdge> edges, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount)
    {
        List<(double Value, int[] Edges)> all = [];
        Collect(query, edges.ToArray(), blockedPools.ToArray(), [], query.Source, query.AmountIn, 0, all);
        all.Sort((a, b) => a.Value != b.Value ? b.Value.CompareTo(a.Value) : a.Edges.AsSpan().SequenceCompareTo(b.Edges));

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

    private static void Collect(
        PathQuery query, PathEdge[] edges, byte[] blocked, int[] path, int at, double amount, ulong gas, List<(double, int[])> all)
    {
        for (int i = 0; i < edges.Length; i++)
        {
            PathEdge edge = edges[i];
            if (edge.From != at || edge.To == query.Source || (blocked.Length > 0 && blocked[edge.Pool] != 0)
                || path.Any(taken => edges[taken].Pool == edge.Pool || edges[taken].To == edge.To))
                continue;
            double amountOut = edge.Rate * amount * edge.Depth / (edge.Depth + amount);
            int[] longer = [.. path, i];
            if (edge.To == query.Target)
                all.Add((amountOut - (double)(gas + edge.Gas) * query.GasPriceInTarget, longer));
            else if (longer.Length < query.MaxHops)
                Collect(query, edges, blocked, longer, edge.To, amountOut, gas + edge.Gas, all);
        }
    }
}
