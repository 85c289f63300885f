using FastRebalance.Core.Measures;

namespace FastRebalance.Peers.Rings;

/// <summary>One table: the figure of every arm in every round, in the order of the rounds.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Unit">Of the figures.</param>
/// <param name="HigherIsBetter">True for events per second, false for nanoseconds.</param>
public sealed record RingTable(string Title, string Unit, bool HigherIsBetter, RingArm[] Arms, double[][] Figures, double[][] Notes)
{
    /// <summary>The peer with the best median, which all are held against round by round: a bad moment of the machine hits both.</summary>
    public int BestPeer => Enumerable.Range(0, Arms.Length).Where(arm => RingArms.IsPeer(Arms[arm]))
        .MaxBy(arm => HigherIsBetter ? Median(Figures[arm]) : -Median(Figures[arm]));

    /// <summary>How many times better than the best peer an arm was: the median over the rounds.</summary>
    public double Ratio(int arm) =>
        Median([.. Figures[arm].Zip(Figures[BestPeer], (figure, peer) => HigherIsBetter ? figure / peer : peer / figure)]);

    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>Runs the arms in turns, A B C, then C B A, so that a drift of the machine falls on all alike.</summary>
public static class RingRun
{
    private const int WarmUpRounds = 3;

    /// <summary>The figures are millions of events a second, the notes average batches.</summary>
    public static RingTable Throughput(string title, RingArm[] arms, Job job, int rounds)
    {
        (double[][] figures, double[][] notes) = Interleave(arms, rounds, arm =>
        {
            Window window = arm.Throughput(job);
            return (window.MillionPerSecond, window.AverageBatch);
        });
        return new RingTable(title, "M/s", HigherIsBetter: true, arms, figures, notes);
    }

    /// <summary>The figures are medians of one run's round trips, the notes their 99th percentiles; both in nanoseconds.</summary>
    public static RingTable RoundTrip(string title, RingArm[] arms, int trips, long pauseNs, int rounds)
    {
        (double[][] figures, double[][] notes) = Interleave(arms, rounds, arm =>
        {
            LatencyHistogram histogram = arm.RoundTrip(trips, pauseNs);
            return (histogram.PercentileNs(50), histogram.PercentileNs(99));
        });
        return new RingTable(title, "ns", HigherIsBetter: false, arms, figures, notes);
    }

    private static (double[][] Figures, double[][] Notes) Interleave(RingArm[] arms, int rounds, Func<RingArm, (double Figure, double Note)> measure)
    {
        double[][] figures = [.. arms.Select(_ => new double[rounds])], notes = [.. arms.Select(_ => new double[rounds])];
        for (int round = -WarmUpRounds; round < rounds; round++)
        {
            for (int turn = 0; turn < arms.Length; turn++)
            {
                int arm = (round & 1) == 0 ? turn : arms.Length - 1 - turn;
                (double figure, double note) = measure(arms[arm]);
                if (round >= 0)
                    (figures[arm][round], notes[arm][round]) = (figure, note);
            }
        }

        return (figures, notes);
    }
}
