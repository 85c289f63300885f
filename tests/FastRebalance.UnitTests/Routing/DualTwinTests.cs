using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.UnitTests.Routing;

/// <summary>The C solver and its managed twin give the same bits: prices, growths, merit, and the hash of every number on the way.</summary>
public sealed class DualTwinTests
{
    private const int MaxTokens = 20;
    private const int MaxEdges = 60;
    private const int MaxSegments = 2 * MaxEdges * 4;

    private static readonly double[] Depths = [1, 10, 1e3, 1e6, 1e9];
    private static readonly double[] Noises = [0, 1e-3, 2e-2];

    [Fact]
    public void Solve_TenThousandSeededProblems_TwinsAgreeToTheBit()
    {
        Assert.SkipUnless(DualSolve.IsAvailable(out string why), why);
        ManagedDualSolver managed = new(MaxTokens, MaxEdges, MaxSegments);
        NativeDualSolver native = new(MaxTokens, MaxEdges, MaxSegments);
        int[] outcomes = new int[6];
        for (int seed = 0; seed < 2_500; seed++)
        {
            DualProblem problem = Problem(seed);
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
        Assert.True(outcomes[(int)DualStatus.Exact] > 4_000 && outcomes[(int)DualStatus.Approached] > 500, string.Join(" ", outcomes));
    }

    private static DualProblem Problem(int seed)
    {
        Random random = new(seed);
        int tokens = random.Next(2, MaxTokens + 1);
        int edges = random.Next(tokens - 1, MaxEdges + 1);
        DualProblem problem = new(
            seed, tokens, edges, Depths[random.Next(Depths.Length)], Noises[random.Next(Noises.Length)], random.Next(1, 4), random.Next(1, 5));
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
