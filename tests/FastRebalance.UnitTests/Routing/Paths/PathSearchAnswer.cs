using FastRebalance.Native;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Routing.Paths;

/// <summary>An answer as text, values by their bits: two answers are the same where the texts are.</summary>
internal static class PathSearchAnswer
{
    /// <summary>The answer on a graph that is built for it.</summary>
    public static string AnswerOf(this IPathSearch search, PathSearchGraph graph)
    {
        PathStatus status = search.Build(graph.Edges, graph.AssetCount, graph.PoolCount);
        return status == PathStatus.Ready ? search.AnswerOfBuilt(graph) : status.ToString();
    }

    /// <summary>The answer on the graph that the search has.</summary>
    public static string AnswerOfBuilt(this IPathSearch search, PathSearchGraph graph)
    {
        int[] paths = new int[graph.Query.MaxPaths * graph.Query.MaxHops];
        double[] values = new double[graph.Query.MaxPaths];
        PathStatus status = search.Find(graph, paths, values, out int count);
        string[] lines =
        [
            $"{status} {count}",
            .. Enumerable.Range(0, count).Select(i =>
                $"{BitConverter.DoubleToInt64Bits(values[i]):x16} {string.Join(',', paths[(i * graph.Query.MaxHops)..((i + 1) * graph.Query.MaxHops)])}"),
        ];
        return string.Join('\n', lines);
    }

    /// <summary>Asks for input or output, as the question says.</summary>
    public static PathStatus Find(this IPathSearch search, PathSearchGraph graph, int[] paths, double[] values, out int count) =>
        graph.IsExactOut
            ? search.FindExactOut(graph.Query, graph.Blocked, paths, values, out count)
            : search.Find(graph.Query, graph.Blocked, paths, values, out count);
}
