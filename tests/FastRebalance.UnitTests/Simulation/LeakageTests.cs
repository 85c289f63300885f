using FastRebalance.Core.Events;
using FastRebalance.Simulation.BackTests;
using static FastRebalance.UnitTests.Simulation.SimulationBench;

namespace FastRebalance.UnitTests.Simulation;

/// <summary>A back-test that looks ahead earns what nobody can: each of these would show it.</summary>
public sealed class LeakageTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(1_500)]
    [InlineData(2_000)]
    public void Run_FutureShuffled_DecisionsUpToThenAreTheSame(int known)
    {
        List<double[]> prices = Walk(21, 3_000, 3);
        List<double[]> shuffled = [.. prices[..known], .. Shuffled(prices[known..], seed: known)];
        Assert.NotEqual(prices[known + 5][0], shuffled[known + 5][0]);

        OrderEvent[] original = Decisions(prices, known), changed = Decisions(shuffled, known);
        Assert.True(original.Length > 3);
        Assert.Equal(Bytes(original), Bytes(changed));
        Assert.NotEqual(Bytes(Decisions(prices, prices.Count)), Bytes(Decisions(shuffled, prices.Count)));
    }

    [Fact]
    public void Run_EverythingOneRowLater_DecidesTheSameOneRowLater()
    {
        List<double[]> prices = Walk(22, 2_000, 3);
        List<double[]> delayed = [prices[0], .. prices];
        BackTestResult early = Run(prices), late = Run(delayed);
        Assert.True(early.Trades.Count > 3);
        Assert.Equal(early.Trades.Select(t => t.DecidedUnixNs + MinuteNs), late.Trades.Select(t => t.DecidedUnixNs));
        Assert.Equal(early.Trades.Select(t => t.Legs[0].Received), late.Trades.Select(t => t.Legs[0].Received));
    }

    /// <summary>Around a constant price nothing is to be earned at the next price; at the print that triggered there would be.</summary>
    [Fact]
    public void Run_WhiteNoiseAroundOnePrice_EarnsNothing()
    {
        const int runs = 60;
        double[] gains = new double[runs];
        double leaked = 0;
        for (int seed = 0; seed < runs; seed++)
        {
            Random random = new(seed);
            List<double[]> prices = [.. Enumerable.Range(0, 400).Select(_ => (double[])[100 * (1 + (0.01 * Normal(random)))])];
            prices[0] = prices[^1] = [100];
            BackTestResult result = BackTest.Run(Setup(Tape(prices), [0.5], bandBps: 20, maxSlippageBps: 5_000));
            gains[seed] = (result.FinalValue / result.BuyAndHoldValue) - 1;
            leaked += result.Costs.AdverseMove / result.InitialValue / runs;
        }
        double mean = gains.Average(), error = Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / runs / (runs - 1));
        Assert.True(Math.Abs(mean) < 4 * error, $"mean gain {mean:R}, standard error {error:R}");
        // What a fill at the triggering print would have brought, so that the test can tell.
        Assert.True(leaked > 10 * error, $"leak {leaked:R}, standard error {error:R}");
    }

    private static OrderEvent[] Decisions(List<double[]> prices, int rows)
    {
        Recorder recorder = new();
        BackTest test = new(Setup(Tape(prices), [0.3, 0.3, 0.2], costBps: 5) with { Observer = recorder });
        for (int row = 0; row < rows; row++)
            test.Step();
        return [.. recorder.Events];
    }

    private static BackTestResult Run(List<double[]> prices) => BackTest.Run(Setup(Tape(prices), [0.3, 0.3, 0.2], costBps: 5));

    private static byte[] Bytes(OrderEvent[] events) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(events.AsSpan()).ToArray();

    private static double[][] Shuffled(List<double[]> rows, int seed)
    {
        double[][] shuffled = [.. rows];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
