using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.UnitTests.Routing;

/// <summary>The C solver and its managed twin give the same bits: prices, growths, merit, and the hash of every number on the way.</summary>
public sealed class DualTwinTests
{
    private const int MaxChain = 4;

    private static readonly double[] Depths = [1, 10, 1e3, 1e6, 1e9];
    private static readonly double[] Noises = [0, 1e-3, 2e-2];

    private static readonly Dictionary<string, (DualStatus Expected, Action<DualCall> Spoil)> s_calls = new()
    {
        ["no mistake"] = (DualStatus.Exact, _ => { }),
        ["nothing closed"] = (DualStatus.Exact, c => c.Closed = []),
        ["trades not wanted"] = (DualStatus.Exact, c => c.Over = []),
        ["room to spare"] = (DualStatus.Exact, c => (c.Eps, c.Over) = (new double[9], new double[99])),
        ["pools far deeper than the trades"] = (DualStatus.Approached, MakeDeep),
        ["one iteration"] = (DualStatus.Unfinished, c => c.Query.MaxIterations = 1),
        ["one token"] = (DualStatus.BadLimit, c => c.Tokens = new DualToken[1]),
        ["too many tokens"] = (
            DualStatus.BadLimit, c => (c.Tokens, c.Eps) = (new DualToken[DualLimits.MaxTokens + 1], new double[DualLimits.MaxTokens + 1])),
        ["too many edges"] = (DualStatus.BadLimit, c => (c.Edges, c.Closed) = (new DualEdge[DualLimits.MaxEdges + 1], [])),
        ["too many segments"] = (DualStatus.BadLimit, c => (c.Segments, c.Over) = (new DualSegment[DualLimits.MaxSegments + 1], [])),
        ["closed one short"] = (DualStatus.BadLimit, c => c.Closed = new byte[DualCall.EdgeCount - 1]),
        ["closed one long"] = (DualStatus.BadLimit, c => c.Closed = new byte[DualCall.EdgeCount + 1]),
        ["closed without edges"] = (DualStatus.BadLimit, c => c.Edges = []),
        ["no iterations"] = (DualStatus.BadLimit, c => c.Query.MaxIterations = 0),
        ["too many iterations"] = (DualStatus.BadLimit, c => c.Query.MaxIterations = DualLimits.MaxIterations + 1),
        ["no goal"] = (DualStatus.BadLimit, c => c.Query.Goal = 0),
        ["goal 4"] = (DualStatus.BadLimit, c => c.Query.Goal = 4),
        ["kept negative"] = (DualStatus.BadIndex, c => c.Query.Kept = -1),
        ["kept beyond"] = (DualStatus.BadIndex, c => c.Query.Kept = DualCall.TokenCount),
        ["a negative"] = (DualStatus.BadIndex, c => c.Edges[1].A = -1),
        ["b beyond"] = (DualStatus.BadIndex, c => c.Edges[1].B = DualCall.TokenCount),
        ["edge to itself"] = (DualStatus.BadIndex, c => c.Edges[1].B = c.Edges[1].A),
        ["edge to itself, closed"] = (DualStatus.BadIndex, c => (c.Edges[1].B, c.Closed[1]) = (c.Edges[1].A, DualWays.Both)),
        ["first negative"] = (DualStatus.BadIndex, c => c.Edges[1].FirstAB = -1),
        ["count negative"] = (DualStatus.BadIndex, c => c.Edges[1].CountBA = -1),
        ["range beyond"] = (DualStatus.BadIndex, c => c.Edges[3].CountBA = 3),
        ["range overflows"] = (DualStatus.BadIndex, c => (c.Edges[1].FirstAB, c.Edges[1].CountAB) = (int.MaxValue, int.MaxValue)),
        ["no segments"] = (DualStatus.BadIndex, c => c.Segments = []),
        ["held NaN"] = (DualStatus.BadNumber, c => c.Tokens[2].Held = double.NaN),
        ["held infinite"] = (DualStatus.BadNumber, c => c.Tokens[2].Held = double.PositiveInfinity),
        ["held negative"] = (DualStatus.BadNumber, c => c.Tokens[2].Held = -double.Epsilon),
        ["weight NaN"] = (DualStatus.BadNumber, c => c.Tokens[2].Weight = double.NaN),
        ["weight infinite"] = (DualStatus.BadNumber, c => c.Tokens[2].Weight = double.PositiveInfinity),
        ["weight negative"] = (DualStatus.BadNumber, c => c.Tokens[2].Weight = -double.Epsilon),
        ["owed NaN"] = (DualStatus.BadNumber, c => c.Tokens[2].Owed = double.NaN),
        ["owed infinite"] = (DualStatus.BadNumber, c => c.Tokens[2].Owed = double.PositiveInfinity),
        ["owed negative"] = (DualStatus.BadNumber, c => c.Tokens[2].Owed = -double.Epsilon),
        ["eps NaN"] = (DualStatus.BadNumber, c => c.Eps[1] = double.NaN),
        ["eps infinite"] = (DualStatus.BadNumber, c => c.Eps[1] = double.PositiveInfinity),
        ["eps minus one"] = (DualStatus.BadNumber, c => c.Eps[1] = -1.0),
        ["eps below minus one"] = (DualStatus.BadNumber, c => c.Eps[1] = -2.0),
        ["scale NaN"] = (DualStatus.BadNumber, c => c.Query.Scale = double.NaN),
        ["scale infinite"] = (DualStatus.BadNumber, c => c.Query.Scale = double.PositiveInfinity),
        ["scale negative"] = (DualStatus.BadNumber, c => c.Query.Scale = -double.Epsilon),
        ["scale zero"] = (DualStatus.BadNumber, c => c.Query.Scale = 0.0),
        ["aversion NaN"] = (DualStatus.BadNumber, c => c.Query.Aversion = double.NaN),
        ["aversion infinite"] = (DualStatus.BadNumber, c => c.Query.Aversion = double.PositiveInfinity),
        ["aversion negative"] = (DualStatus.BadNumber, c => c.Query.Aversion = -double.Epsilon),
        ["aversion zero"] = (DualStatus.BadNumber, c => c.Query.Aversion = 0.0),
        ["tolerance NaN"] = (DualStatus.BadNumber, c => c.Query.Tolerance = double.NaN),
        ["tolerance infinite"] = (DualStatus.BadNumber, c => c.Query.Tolerance = double.PositiveInfinity),
        ["tolerance negative"] = (DualStatus.BadNumber, c => c.Query.Tolerance = -double.Epsilon),
        ["eps one short"] = (DualStatus.OutputTooSmall, c => c.Eps = new double[DualCall.TokenCount - 1]),
        ["trades one short"] = (DualStatus.OutputTooSmall, c => c.Over = new double[DualCall.SegmentCount - 1]),
    };

    [Fact]
    public void Solve_TenThousandSeededProblems_TwinsAgreeToTheBit()
    {
        int[] outcomes = SolveByBoth(problems: 2_500, maxTokens: 20, maxEdges: 60);
        Assert.True(outcomes[(int)DualStatus.Exact] > 4_000 && outcomes[(int)DualStatus.Approached] > 500, string.Join(" ", outcomes));
    }

    [Fact]
    public void Solve_BasketsOfUpToSixtyTokens_TwinsAgreeToTheBit()
    {
        int[] outcomes = SolveByBoth(problems: 300, maxTokens: 60, maxEdges: 300);
        Assert.True(outcomes[(int)DualStatus.Exact] > 300 && outcomes[(int)DualStatus.Approached] > 100, string.Join(" ", outcomes));
    }

    [Fact]
    public void Solve_FewIterations_TwinsStopAtTheSameBit()
    {
        int[] outcomes = SolveByBoth(problems: 300, maxTokens: 20, maxEdges: 60, maxIterations: 5);
        Assert.True(outcomes[(int)DualStatus.Exact] > 50 && outcomes[(int)DualStatus.Unfinished] > 200, string.Join(" ", outcomes));
    }

    [Theory]
    [MemberData(nameof(CallNames))]
    public void Solve_ArgumentsOfEveryKind_TwinsGiveTheStatusThatNamesIt(string name)
    {
        Assert.SkipUnless(DualSolve.IsAvailable(out string why), why);
        (DualStatus expected, Action<DualCall> spoil) = s_calls[name];
        DualCall onManaged = new(), onNative = new();
        spoil(onManaged);
        spoil(onNative);

        ManagedDualSolver managedSolver = new(DualCall.TokenCount, DualCall.EdgeCount, DualCall.SegmentCount);
        NativeDualSolver nativeSolver = new(DualCall.TokenCount, DualCall.EdgeCount, DualCall.SegmentCount);
        DualStatus managed = onManaged.Solve(managedSolver, out DualResult resultM);
        DualStatus native = onNative.Solve(nativeSolver, out DualResult resultN);

        Assert.Equal((expected, expected), (native, managed));
        Assert.Equal(resultN, resultM);
        AssertSameBits(onNative.Eps, onManaged.Eps);
        AssertSameBits(onNative.Over, onManaged.Over);
    }

    [Theory]
    [InlineData(DualCall.TokenCount - 1, DualCall.EdgeCount, DualCall.SegmentCount)]
    [InlineData(DualCall.TokenCount, DualCall.EdgeCount - 1, DualCall.SegmentCount)]
    [InlineData(DualCall.TokenCount, DualCall.EdgeCount, DualCall.SegmentCount - 1)]
    public void Solve_ProblemLargerThanTheSolverWasMadeFor_TwinsSaySo(int tokens, int edges, int segments)
    {
        Assert.SkipUnless(DualSolve.IsAvailable(out string why), why);

        Assert.Equal(DualStatus.WorkspaceTooSmall, new DualCall().Solve(new NativeDualSolver(tokens, edges, segments), out _));
        Assert.Equal(DualStatus.WorkspaceTooSmall, new DualCall().Solve(new ManagedDualSolver(tokens, edges, segments), out _));
    }

    /// <summary>Numbers of pools that are none: the answer means nothing, and yet it is the same.</summary>
    [Fact]
    public void Solve_UnsoundPools_TwinsAgreeToTheBit()
    {
        Assert.SkipUnless(DualSolve.IsAvailable(out string why), why);
        ManagedDualSolver managed = new(DualCall.TokenCount, DualCall.EdgeCount, DualCall.SegmentCount);
        NativeDualSolver native = new(DualCall.TokenCount, DualCall.EdgeCount, DualCall.SegmentCount);
        for (int seed = 0; seed < 2_000; seed++)
        {
            DualCall onManaged = new(), onNative = new();
            Spoil(onManaged, new Random(seed));
            Spoil(onNative, new Random(seed));

            DualStatus statusM = onManaged.Solve(managed, out DualResult resultM);
            DualStatus statusN = onNative.Solve(native, out DualResult resultN);

            Assert.True(statusN > 0 && statusN == statusM, $"seed {seed}: native {statusN}, managed {statusM}");
            Assert.Equal((resultN.Iterations, resultN.Evaluations, resultN.Factorings), (resultM.Iterations, resultM.Evaluations, resultM.Factorings));
            AssertSameNumbers(seed, onNative.Eps, onManaged.Eps);
            AssertSameNumbers(seed, onNative.Over, onManaged.Over);
        }
    }

    [Fact]
    public void CallNames_AllOfThem_ReachEveryStatusThatArgumentsCanReach()
    {
        // A solver that is too small has its own test; spans are no pointers, and the library is there.
        DualStatus[] elsewhere = [DualStatus.Unsolved, DualStatus.WorkspaceTooSmall, DualStatus.NullPointer, DualStatus.LibraryMissing];

        Assert.Equal(
            Enum.GetValues<DualStatus>().Except(elsewhere).Order(),
            s_calls.Values.Select(call => call.Expected).Distinct().Order());
    }

    public static TheoryData<string> CallNames() => [.. s_calls.Keys];

    /// <summary>Solves problems by both, and each three times more after a pool has moved. Returns how often each status came.</summary>
    private static int[] SolveByBoth(int problems, int maxTokens, int maxEdges, int? maxIterations = null)
    {
        Assert.SkipUnless(DualSolve.IsAvailable(out string why), why);
        ManagedDualSolver managed = new(maxTokens, maxEdges, 2 * maxEdges * MaxChain);
        NativeDualSolver native = new(maxTokens, maxEdges, 2 * maxEdges * MaxChain);
        int[] outcomes = new int[6];
        for (int seed = 0; seed < problems; seed++)
        {
            DualProblem problem = Problem(seed, maxTokens, maxEdges);
            if (maxIterations is { } most)
                problem.StopAfter(1 + seed % most);
            double[] epsM = new double[problem.Tokens.Length], epsN = new double[problem.Tokens.Length];
            double[] overM = new double[problem.Segments.Length], overN = new double[problem.Segments.Length];
            for (int round = 0; round < 4; round++)
            {
                DualStatus statusM = problem.Solve(managed, epsM, overM, out DualResult resultM);
                DualStatus statusN = problem.Solve(native, epsN, overN, out DualResult resultN);
                Assert.True(statusM > 0, $"seed {seed}: {statusM}");
                Assert.Equal(statusN, statusM);
                Assert.Equal(resultN.Trace, resultM.Trace);
                Assert.Equal(BitConverter.DoubleToInt64Bits(resultN.Merit), BitConverter.DoubleToInt64Bits(resultM.Merit));
                Assert.Equal((resultN.Iterations, resultN.Evaluations, resultN.Factorings), (resultM.Iterations, resultM.Evaluations, resultM.Factorings));
                AssertSameBits(epsN, epsM);
                AssertSameBits(overN, overM);
                outcomes[(int)statusM]++;
                problem.Disturb();
                problem.Warm();
            }
        }
        return outcomes;
    }

    private static void MakeDeep(DualCall call)
    {
        foreach (ref DualSegment segment in call.Segments.AsSpan())
            segment.Root *= 1e8;
    }

    private static void Spoil(DualCall call, Random random)
    {
        double[] unsound = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -1, 1, 1e308, -1e308, double.MaxValue, double.Epsilon];
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            ref DualSegment segment = ref call.Segments[random.Next(call.Segments.Length)];
            ref DualEdge edge = ref call.Edges[random.Next(call.Edges.Length)];
            ref double number = ref segment.Kappa;
            switch (random.Next(7))
            {
                case 0: number = ref segment.LogKappa; break;
                case 1: number = ref segment.Root; break;
                case 2: number = ref segment.Cap; break;
                case 3: number = ref segment.LogCap; break;
                case 4: number = ref edge.KappaAB; break;
                case 5: number = ref edge.KappaBA; break;
            }
            number = unsound[random.Next(unsound.Length)];
        }
    }

    /// <summary>Which of the many NaN it is means nothing.</summary>
    private static void AssertSameNumbers(int seed, double[] expected, double[] actual) =>
        Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}: {string.Join(" ", expected)} and {string.Join(" ", actual)}");

    private static DualProblem Problem(int seed, int maxTokens, int maxEdges)
    {
        Random random = new(seed);
        int tokens = random.Next(2, maxTokens + 1);
        int edges = random.Next(tokens - 1, maxEdges + 1);
        DualProblem problem = new(
            seed, tokens, edges, Depths[random.Next(Depths.Length)], Noises[random.Next(Noises.Length)], random.Next(1, 4), random.Next(1, MaxChain + 1));
        if (random.Next(3) == 0)
            problem.Closed = [.. Enumerable.Range(0, edges).Select(_ => (byte)random.Next(4))];
        return problem;
    }

    private static void AssertSameBits(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected[i]), BitConverter.DoubleToInt64Bits(actual[i]));
    }
}
