using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FastRebalance.Native;
using FastRebalance.Routing.Paths;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Routing.Paths;

/// <summary>The native search and the managed one give the same bits, and the layouts they share are what the header says.</summary>
public sealed class PathSearchTwinTests
{
    [Fact]
    public void Find_TwentyThousandRandomGraphs_NativeAndManagedAgreeBitForBit()
    {
        Assert.SkipUnless(PathSearch.IsAvailable(out string why), why);
        NativePathSearch native = new(PathSearchGraph.MaxAssets, PathSearchGraph.MaxEdges);
        ManagedPathSearch managed = new(PathSearchGraph.MaxAssets, PathSearchGraph.MaxEdges);
        Random random = new(7);
        int several = 0;
        for (int round = 0; round < 20_000; round++)
        {
            PathSearchGraph graph = PathSearchGraph.Random(random);
            string answer = native.AnswerOf(graph);
            Assert.True(answer == managed.AnswerOf(graph), $"graph {round}: native\n{answer}\nmanaged\n{managed.AnswerOf(graph)}");
            several += answer.Count(c => c == '\n') > 1 ? 1 : 0;
        }
        Assert.True(several > 5_000, $"only {several} graphs had more than one path");
    }

    [Fact]
    public void Find_UnsoundRandomGraphs_NativeAndManagedNameTheSameMistake()
    {
        Assert.SkipUnless(PathSearch.IsAvailable(out string why), why);
        NativePathSearch native = new(12, 40);
        ManagedPathSearch managed = new(12, 40);
        Random random = new(11);
        HashSet<string> mistakes = [];
        for (int round = 0; round < 5_000; round++)
        {
            PathSearchGraph graph = Spoil(PathSearchGraph.Random(random, 14, 44), random);
            int[] paths = new int[random.Next(12, 64)];
            double[] values = new double[random.Next(4, 16)];
            (PathStatus Built, PathStatus Changed, PathStatus Found, int Count) one = Ask(native), other = Ask(managed);
            Assert.True(one == other, $"graph {round}: native {one}, managed {other}");
            mistakes.UnionWith([one.Built.ToString(), one.Found.ToString()]);

            (PathStatus, PathStatus, PathStatus, int) Ask(IPathSearch search)
            {
                PathStatus built = search.Build(graph.Edges, graph.AssetCount, graph.PoolCount);
                PathStatus changed = search.Change([new() { Edge = round % 50, Rate = 1, Depth = round % 3 }]);
                PathStatus found = search.Find(graph, paths, values, out int count);
                return (built, changed, found, count);
            }
        }
        Assert.Superset(
            new HashSet<string> { "Found", "NoPath", "BadLimit", "BadIndex", "SameAsset", "BadNumber", "OutputTooSmall", "GraphTooSmall", "BadGraph", "Ready" }, mistakes);
    }

    [Fact]
    public void Best_LibraryThereOrNot_SaysWhichServesAndWhy()
    {
        IPathSearch search = PathSearches.Best(10, 10, out string reason);
        bool available = PathSearch.IsAvailable(out string why);
        Assert.Equal(available ? "native" : "managed", search.Name);
        Assert.StartsWith(search.Name, reason);
        Assert.EndsWith(why, reason);
        Assert.Equal(available, why.Length == 0);
    }

    [Fact]
    public void Layout_SharedStructures_HaveNoPadding()
    {
        Assert.Equal(32, Unsafe.SizeOf<PathEdge>());
        Assert.Equal(24, Unsafe.SizeOf<PathEdgeChange>());
        Assert.Equal(32, Unsafe.SizeOf<PathQuery>());
    }

    [Fact]
    public void PathStatus_ByHeader_SameNumbers()
    {
        // fr_status in native/include/fastrebalance.h, e.g. "    FR_NO_PATH = 2,  /**< …".
        string header = File.ReadAllText(Path.Combine(SharedFiles.Root, "native", "include", "fastrebalance.h"));
        Dictionary<string, int> declared = Regex.Matches(header, @"^\s+FR_([A-Z_]+) = (-?\d+),? ", RegexOptions.Multiline)
            .ToDictionary(m => m.Groups[1].Value.Replace("_", ""), m => int.Parse(m.Groups[2].Value), StringComparer.OrdinalIgnoreCase);
        PathStatus[] statuses = [.. Enum.GetValues<PathStatus>().Except([PathStatus.Unsearched, PathStatus.LibraryMissing])];
        Assert.Equal(13, statuses.Length);
        foreach (PathStatus status in statuses)
            Assert.Equal(declared[status.ToString()], (int)status);
    }

    private static PathSearchGraph Spoil(PathSearchGraph graph, Random random)
    {
        PathQuery query = graph.Query;
        double[] numbers = [double.NaN, double.PositiveInfinity, 0, -1, 1e60, 1e-60];
        double number = numbers[random.Next(numbers.Length)];
        int edge = graph.Edges.Length == 0 ? -1 : random.Next(graph.Edges.Length);
        switch (random.Next(10))
        {
            case 0: query.Source = random.Next(-2, 20); break;
            case 1: query.Target = random.Next(-2, 20); break;
            case 2: query.MaxHops = random.Next(-1, 7); break;
            case 3: query.Amount = number; break;
            case 4: return graph with { PoolCount = graph.PoolCount + random.Next(2), AssetCount = graph.AssetCount + random.Next(2) };
            case 5 when edge >= 0: graph.Edges[edge].Rate = number; break;
            case 6 when edge >= 0: graph.Edges[edge].To = random.Next(-2, 20); break;
            case 7 when edge >= 0: graph.Edges[edge].Pool = random.Next(-2, 40); break;
            case 8: query.GasPrice = number; break;
        }
        return graph with { Query = query };
    }
}
