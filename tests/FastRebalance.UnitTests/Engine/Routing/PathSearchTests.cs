using FastRebalance.Engine.Routing.PathSearch;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Engine.Routing;

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
        int found = 0, several = 0, none = 0;
        for (int round = 0; round < 5_000; round++)
        {
            PathSearchGraph graph = PathSearchGraph.Random(random, 7, 40);
            string expected = plain.AnswerOf(graph);
            Assert.True(expected == search.AnswerOf(graph), $"graph {round}:\n{expected}\nexpected, got\n{search.AnswerOf(graph)}");
            int count = expected.Count(c => c == '\n');
            found += count > 0 ? 1 : 0;
            several += count > 1 ? 1 : 0;
            none += count == 0 ? 1 : 0;
        }
        // A generator that made only empty graphs would prove nothing.
        Assert.True(found > 1_000 && several > 500 && none > 50, $"{found} found, {several} several, {none} none");
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
        Asked asked = new(this) { Query = { GasPriceInTarget = 25 } };
        Assert.Equal(PathStatus.Found, asked.Find());
        Assert.Equal([0, -1, -1, 1, 2, -1], asked.Paths);
        Assert.Equal(100.0 - 250.0, asked.Values[0]);
    }

    [Fact]
    public void Find_LargeAmount_LeavesTheShallowPool()
    {
        // At one unit the shallow pool 0 pays 2 and beats pool 3, which pays 1.9 at any size.
        Asked asked = new(this) { Edges = [new() { Rate = 2, Depth = 100, From = Weth, To = Usdc, Pool = 0 }, new() { Rate = 1.9, Depth = 1e9, From = Weth, To = Usdc, Pool = 2 }] };
        asked.Query.AmountIn = 1;
        asked.Find();
        Assert.Equal(0, asked.Paths[0]);
        asked.Query.AmountIn = 100;
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
    public void Find_NumberOutOfRange_BadNumber(double bad)
    {
        AssertRefused(PathStatus.BadNumber, a => a.Query.AmountIn = bad);
        AssertRefused(PathStatus.BadNumber, a => a.Edges[1].Rate = bad);
        AssertRefused(PathStatus.BadNumber, a => a.Edges[3].Depth = bad);
        if (bad != 0) AssertRefused(PathStatus.BadNumber, a => a.Query.GasPriceInTarget = bad);
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
        AssertRefused(PathStatus.BadLimit, a => a.Query.AssetCount = 1);
        AssertRefused(PathStatus.BadLimit, a => a.Query.AssetCount = PathLimits.MaxAssets + 1);
        AssertRefused(PathStatus.BadLimit, a => a.Query.PoolCount = -1);
        AssertRefused(PathStatus.BadLimit, a => (a.Query.PoolCount, a.Blocked) = (PathLimits.MaxPools + 1, []));
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
    public void Find_GraphLargerThanTheSearchWasMadeFor_ScratchTooSmall()
    {
        AssertRefused(PathStatus.ScratchTooSmall, a => a.Query.AssetCount = 4);
        AssertRefused(PathStatus.ScratchTooSmall, a => a.Edges = [.. a.Edges, a.Edges[0]]);
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
        int found = RunAll(); // first calls load, bind and compile
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            found += RunAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(found > 0);

        int RunAll()
        {
            int total = 0;
            foreach (PathSearchGraph graph in graphs)
            {
                search.Find(graph.Query, graph.Edges, graph.Blocked, paths, values, out int count);
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
        private readonly IPathSearch _search = tests.Create(3, 4);

        public PathQuery Query = new() { AmountIn = 100, Source = Weth, Target = Usdc, AssetCount = 3, PoolCount = 3, MaxHops = 3, MaxPaths = 2 };

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

        public PathStatus Find() => _search.Find(Query, Edges, Blocked, Paths, Values, out Count);
    }
}
