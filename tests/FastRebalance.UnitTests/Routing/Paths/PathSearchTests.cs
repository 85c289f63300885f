using FastRebalance.Native;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Routing.Paths;

public sealed class NativePathSearchTests : PathSearchTests
{
    protected override IPathSearch Create(int maxAssets, int maxEdges)
    {
        Assert.SkipUnless(PathSearch.IsAvailable(out string why), why);
        return new NativePathSearch(maxAssets, maxEdges);
    }
}

public sealed class ManagedPathSearchTests : PathSearchTests
{
    protected override IPathSearch Create(int maxAssets, int maxEdges) => new ManagedPathSearch(maxAssets, maxEdges);
}

/// <summary>What every path search promises.</summary>
public abstract class PathSearchTests
{
    private const int Weth = 0, Usdc = 1, Wbtc = 2;

    protected abstract IPathSearch Create(int maxAssets, int maxEdges);

    [Fact]
    public void Find_SmallRandomGraphs_SameAsTryingEveryPath()
    {
        IPathSearch search = Create(7, 40);
        PathSearchByBruteForce plain = new();
        Random random = new(20260101);
        int found = 0, foundOut = 0, longest = 0, none = 0;
        for (int round = 0; round < 5_000; round++)
        {
            PathSearchGraph graph = PathSearchGraph.Random(random, 7, 40);
            string expected = plain.AnswerOf(graph);
            Assert.True(expected == search.AnswerOf(graph), $"graph {round}:\n{expected}\nexpected, got\n{search.AnswerOf(graph)}");
            int count = expected.Count(c => c == '\n');
            found += count > 1 && !graph.IsExactOut ? 1 : 0;
            foundOut += count > 1 && graph.IsExactOut ? 1 : 0;
            longest += graph.Query.MaxHops == 4 && expected.Split('\n').Skip(1).Any(line => !line.Contains("-1")) ? 1 : 0;
            none += count == 0 ? 1 : 0;
        }
        // A generator that made only empty graphs would prove nothing.
        Assert.True(found > 500 && foundOut > 300 && longest > 200 && none > 50, $"{found} and {foundOut} of several, {longest} of four, {none} none");
    }

    [Fact]
    public void Change_AnySequence_SameAsAGraphBuiltAnew()
    {
        IPathSearch changed = Create(PathSearchGraph.MaxAssets, PathSearchGraph.MaxEdges);
        IPathSearch fresh = Create(PathSearchGraph.MaxAssets, PathSearchGraph.MaxEdges);
        Random random = new(5);
        int changes = 0, found = 0;
        for (int round = 0; round < 25; round++)
        {
            PathSearchGraph graph = PathSearchGraph.Random(random);
            if (graph.Edges.Length == 0)
                continue;
            Assert.Equal(PathStatus.Ready, changed.Build(graph.Edges, graph.AssetCount, graph.PoolCount));
            for (int step = 0; step < 500; step++)
            {
                PathEdgeChange[] some = new PathEdgeChange[random.Next(1, 4)];
                for (int i = 0; i < some.Length; i++)
                    some[i] = graph.ChangeSome(random);
                Assert.Equal(PathStatus.Ready, changed.Change(some));
                changes += some.Length;
                graph = graph.WithQuestion(random);
                string expected = fresh.AnswerOf(graph);
                Assert.True(expected == changed.AnswerOfBuilt(graph), $"graph {round} step {step}:\n{expected}\nexpected");
                found += expected.StartsWith("Found", StringComparison.Ordinal) ? 1 : 0;
            }
        }
        Assert.True(changes > 10_000 && found > 5_000, $"{changes} changes, {found} found");
    }

    [Fact]
    public void Change_EdgeOutAndBack_IsLeftOutMeanwhile()
    {
        Asked asked = new(this);
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal(PathStatus.Ready, asked.Search.Change([new() { Edge = 1 }]));
        Assert.Equal(PathStatus.Found, asked.FindAgain());
        Assert.Equal((1, 0), (asked.Count, asked.Paths[0]));
        Assert.Equal(PathStatus.Ready, asked.Search.Change([new() { Edge = 1, Rate = 1, Depth = 1e6, Gas = 10 }]));
        Assert.Equal(PathStatus.Found, asked.FindAgain());
        Assert.Equal((2, 1), (asked.Count, asked.Paths[0]));
    }

    [Fact]
    public void Change_Mistake_IsNamedAndChangesNothing()
    {
        Asked asked = new(this);
        Assert.Equal(PathStatus.BadGraph, asked.Search.Change([]));
        Assert.Equal(PathStatus.BadGraph, asked.FindAgain());
        Assert.Equal(PathStatus.Found, asked.Find());
        PathEdgeChange sound = new() { Edge = 0, Rate = 9, Depth = 9 };
        Assert.Equal(PathStatus.BadIndex, asked.Search.Change([sound, sound with { Edge = 4 }]));
        Assert.Equal(PathStatus.BadIndex, asked.Search.Change([sound, sound with { Edge = -1 }]));
        Assert.Equal(PathStatus.BadNumber, asked.Search.Change([sound, sound with { Rate = double.NaN }]));
        Assert.Equal(PathStatus.BadNumber, asked.Search.Change([sound, sound with { Depth = 0 }]));
        Assert.Equal(PathStatus.BadNumber, asked.Search.Change([sound, sound with { Rate = 0 }]));
        Assert.Equal(PathStatus.Found, asked.FindAgain());
        Assert.Equal(100.0, asked.Values[1]);
    }

    [Fact]
    public void Build_Refused_LeavesNoGraph()
    {
        Asked asked = new(this);
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal(PathStatus.BadLimit, asked.Search.Build([], 1, 0));
        Assert.Equal(PathStatus.BadGraph, asked.FindAgain());
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal(PathStatus.GraphTooSmall, asked.Search.Build([], 4, 0));
        Assert.Equal(PathStatus.BadGraph, asked.FindAgain());
    }

    [Fact]
    public void FindExactOut_LongerPathTakesLess_TakesItUntilGasOrDepthForbids()
    {
        Asked asked = new(this) { IsExactOut = true };
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal([1, 2, -1, 0, -1, -1], asked.Paths);
        Assert.Equal(100.0, asked.Values[1]);
        Assert.InRange(asked.Values[0], 33.3, 33.4);
        asked.Query.GasPrice = 10; // the second hop costs 100 and saves 66
        asked.Find();
        Assert.Equal((0, 200.0), (asked.Paths[0], asked.Values[0]));
        asked.Query.GasPrice = 0;
        asked.Query.Amount = 200; // all that the straight pool holds: there is no end to what it would take
        asked.Find();
        Assert.Equal((1, 1), (asked.Count, asked.Paths[0]));
        asked.Query.Amount = 3e6;
        Assert.Equal(PathStatus.NoPath, asked.Find());
    }

    [Fact]
    public void Find_LongerPathBringsMore_TakesIt()
    {
        Asked asked = new(this);
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal(2, asked.Count);
        Assert.Equal([1, 2, -1, 0, -1, -1], asked.Paths);
        Assert.Equal(100.0, asked.Values[1]);
        Assert.True(asked.Values[0] > 299 && asked.Values[0] < 300);
    }

    [Fact]
    public void Find_GasEatsTheGainOfTheSecondHop_TakesTheStraightOne()
    {
        Asked asked = new(this) { Query = { GasPrice = 25 } };
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal([0, -1, -1, 1, 2, -1], asked.Paths);
        Assert.Equal(100.0 - 250.0, asked.Values[0]);
    }

    [Fact]
    public void Find_LargeAmount_LeavesTheShallowPool()
    {
        // At one unit the shallow pool 0 pays 2 and beats pool 3, which pays 1.9 at any size.
        Asked asked = new(this) { Edges = [new() { Rate = 2, Depth = 100, From = Weth, To = Usdc, Pool = 0 }, new() { Rate = 1.9, Depth = 1e9, From = Weth, To = Usdc, Pool = 2 }] };
        asked.Query.Amount = 1;
        asked.Find();
        Assert.Equal(0, asked.Paths[0]);
        asked.Query.Amount = 100;
        asked.Find();
        Assert.Equal(1, asked.Paths[0]);
    }

    [Fact]
    public void Find_TwoPathsOfOneValue_SmallerEdgeIndicesFirst()
    {
        PathEdge edge = new() { Rate = 2, Depth = 100, From = Weth, To = Usdc };
        Asked asked = new(this) { Edges = [edge, edge with { Pool = 1 }, edge with { Pool = 2 }] };
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal([0, -1, -1, 1, -1, -1], asked.Paths);
    }

    [Fact]
    public void Find_BlockedPools_LeavesThemOut()
    {
        Asked asked = new(this) { Blocked = [0, 0, 1] };
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal(1, asked.Count);
        Assert.Equal(0, asked.Paths[0]);
        asked.Blocked = [1, 0, 1];
        Assert.Equal(PathStatus.NoPath, asked.Find());
        Assert.Equal(0, asked.Count);
        asked.Blocked = [];
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public void Find_SamePoolOnBothHops_NoPath()
    {
        Asked asked = new(this);
        asked.Edges = [asked.Edges[1], asked.Edges[2] with { Pool = asked.Edges[1].Pool }];
        Assert.Equal(PathStatus.NoPath, asked.Find());
    }

    [Fact]
    public void Find_FewerHopsThanThePathNeeds_NoPath()
    {
        Asked asked = new(this);
        asked.Edges = [asked.Edges[1], asked.Edges[2]];
        asked.Query.MaxHops = 1;
        Assert.Equal(PathStatus.NoPath, asked.Find());
        asked.Query.MaxHops = 2;
        Assert.Equal(PathStatus.Found, asked.Find());
    }

    [Fact]
    public void Find_NoEdges_NoPath() => Assert.Equal(PathStatus.NoPath, new Asked(this) { Edges = [] }.Find());

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.Epsilon)]
    [InlineData(1e300)]
    [InlineData(1.157920892373162e77)] // 2^256
    public void Find_NumberOutOfRange_BadNumber(double bad)
    {
        AssertRefused(PathStatus.BadNumber, a => (a.IsExactOut, a.Query.Amount) = (true, bad));
        AssertRefused(PathStatus.BadNumber, a => a.Query.Amount = bad);
        AssertRefused(PathStatus.BadNumber, a => a.Edges[1].Rate = bad);
        AssertRefused(PathStatus.BadNumber, a => a.Edges[3].Depth = bad);
        if (bad != 0) AssertRefused(PathStatus.BadNumber, a => a.Query.GasPrice = bad);
        AssertRefused(PathStatus.BadNumber, a => (a.Edges[1].Rate, a.Blocked[1]) = (bad, 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Find_IndexOutOfRange_BadIndex(int bad)
    {
        AssertRefused(PathStatus.BadIndex, a => a.Query.Source = bad);
        AssertRefused(PathStatus.BadIndex, a => a.Query.Target = bad);
        AssertRefused(PathStatus.BadIndex, a => a.Edges[0].From = bad);
        AssertRefused(PathStatus.BadIndex, a => a.Edges[0].To = bad);
        AssertRefused(PathStatus.BadIndex, a => a.Edges[0].Pool = bad);
    }

    [Fact]
    public void Find_EdgeToItself_BadIndex() => AssertRefused(PathStatus.BadIndex, a => a.Edges[0].To = a.Edges[0].From);

    [Fact]
    public void Find_SourceIsTarget_SameAsset() => AssertRefused(PathStatus.SameAsset, a => a.Query.Target = a.Query.Source);

    [Fact]
    public void Find_LimitOutOfRange_BadLimit()
    {
        AssertRefused(PathStatus.BadLimit, a => a.Query.MaxHops = 0);
        AssertRefused(PathStatus.BadLimit, a => a.Query.MaxHops = PathLimits.MaxHops + 1);
        AssertRefused(PathStatus.BadLimit, a => a.Query.MaxPaths = 0);
        AssertRefused(PathStatus.BadLimit, a => a.Query.MaxPaths = PathLimits.MaxPaths + 1);
        AssertRefused(PathStatus.BadLimit, a => a.AssetCount = 1);
        AssertRefused(PathStatus.BadLimit, a => a.AssetCount = PathLimits.MaxAssets + 1);
        AssertRefused(PathStatus.BadLimit, a => a.PoolCount = -1);
        AssertRefused(PathStatus.BadLimit, a => (a.PoolCount, a.Blocked) = (PathLimits.MaxPools + 1, []));
        AssertRefused(PathStatus.BadLimit, a => a.Blocked = [0, 0]);
        AssertRefused(PathStatus.BadLimit, a => a.Edges = new PathEdge[PathLimits.MaxEdges + 1]);
    }

    [Fact]
    public void Find_OutputTooSmall_SaysSo()
    {
        AssertRefused(PathStatus.OutputTooSmall, a => a.Paths = new int[5]);
        AssertRefused(PathStatus.OutputTooSmall, a => a.Values = new double[1]);
        AssertRefused(PathStatus.OutputTooSmall, a => (a.Paths, a.Values) = ([], []));
    }

    [Fact]
    public void Build_GraphLargerThanTheSearchWasMadeFor_GraphTooSmall()
    {
        AssertRefused(PathStatus.GraphTooSmall, a => a.AssetCount = 4);
        AssertRefused(PathStatus.GraphTooSmall, a => a.Edges = [.. a.Edges, a.Edges[0]]);
    }

    [Fact]
    public void Create_SizeOutOfRange_Throws()
    {
        Create(2, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(PathLimits.MaxAssets + 1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(10, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(10, PathLimits.MaxEdges + 1));
    }

    [Fact]
    public void Find_ManyCalls_AllocatesNothing()
    {
        IPathSearch search = Create(PathSearchGraph.MaxAssets, PathSearchGraph.MaxEdges);
        Random random = new(5);
        PathSearchGraph[] graphs = [.. Enumerable.Range(0, 50).Select(_ => PathSearchGraph.Random(random))];
        int[] paths = new int[8 * PathLimits.MaxHops];
        double[] values = new double[8];
        PathEdgeChange[] change = [new() { Rate = 1, Depth = 1 }];
        int found = RunAll(); // first calls load, bind and compile
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 100; i++)
                found += RunAll();
        Assert.Equal(0, watch.LeastBytes);
        Assert.True(found > 0);

        int RunAll()
        {
            int total = 0;
            foreach (PathSearchGraph graph in graphs)
            {
                search.Build(graph.Edges, graph.AssetCount, graph.PoolCount);
                search.Change(change.AsSpan(0, Math.Min(graph.Edges.Length, 1)));
                search.Find(graph, paths, values, out int count);
                total += count;
            }
            return total;
        }
    }

    private void AssertRefused(PathStatus expected, Action<Asked> spoil)
    {
        Asked asked = new(this);
        spoil(asked);
        Assert.Equal(expected, asked.Find());
        Assert.Equal(0, asked.Count);
    }

    /// <summary>A sound question over a market small enough to follow by hand; a test changes one thing.</summary>
    private sealed class Asked(PathSearchTests tests)
    {
        public readonly IPathSearch Search = tests.Create(3, 4);

        public PathQuery Query = new() { Amount = 100, Source = Weth, Target = Usdc, MaxHops = 3, MaxPaths = 2 };

        public int AssetCount = 3, PoolCount = 3;
        public bool IsExactOut;

        public PathEdge[] Edges =
        [
            new() { Rate = 2, Depth = 100, From = Weth, To = Usdc, Pool = 0, Gas = 10 },
            new() { Rate = 1, Depth = 1e6, From = Weth, To = Wbtc, Pool = 1, Gas = 10 },
            new() { Rate = 3, Depth = 1e6, From = Wbtc, To = Usdc, Pool = 2, Gas = 10 },
            new() { Rate = 1, Depth = 100, From = Usdc, To = Weth, Pool = 0, Gas = 10 },
        ];

        public byte[] Blocked = [0, 0, 0];
        public int[] Paths = new int[6];
        public double[] Values = new double[2];
        public int Count = -1;

        /// <summary>Builds the graph, and asks unless that is refused.</summary>
        public PathStatus Find()
        {
            Count = 0;
            PathStatus status = Search.Build(Edges, AssetCount, PoolCount);
            return status == PathStatus.Ready ? FindAgain() : status;
        }

        public PathStatus FindAgain() =>
            Search.Find(new PathSearchGraph(Query, IsExactOut, AssetCount, PoolCount, Edges, Blocked), Paths, Values, out Count);
    }
}
