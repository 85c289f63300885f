using FastRebalance.Engine.Routing.PathSearch;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Engine.Routing;

/// <summary>An answer as text, values by their bits: two answers are the same where the texts are.</summary>
internal static class PathSearchAnswer
{
    public static string AnswerOf(this IPathSearch search, PathSearchGraph graph)
    {
        int[] paths = new int[graph.Query.MaxPaths * graph.Query.MaxHops];
        double[] values = new double[graph.Query.MaxPaths];
        PathStatus status = search.Find(graph.Query, graph.Edges, graph.Blocked, paths, values, out int count);
        string[] lines =
        [
            $"{status} {count}",
            .. Enumerable.Range(0, count).Select(i =>
                $"{BitConverter.DoubleToInt64Bits(values[i]):x16} {string.Join(',', paths[(i * graph.Query.MaxHops)..((i + 1) * graph.Query.MaxHops)])}"),
        ];
        return string.Join('\n', lines);
    }
}
