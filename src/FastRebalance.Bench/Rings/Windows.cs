using FastRebalance.Bench.Rings.Workloads;
using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Rings;

/// <summary>What all windows have in common.</summary>
internal static class Windows
{
    /// <summary>Time, in windows, for the compiler to see an arm's loops and be done with them before anything counts.</summary>
    private const int WarmUpWindows = 4;

    private const int FirstEvents = 1000;

    /// <summary>In round r the arms start with the r-th, so that none always follows the same neighbour's heat.</summary>
    public static IEnumerable<int> Turns(int round, int arms) => Enumerable.Range(0, arms).Select(i => (i + round) % arms);

    /// <summary>Warms an arm up and finds out how many events fill a window.</summary>
    /// <param name="run">Moves so many events, and gives the nanoseconds that it took.</param>
    /// <param name="options">How long a window is to be.</param>
    /// <param name="where">The arm, for the message of one that fails.</param>
    public static int EventsFor(Func<int, long> run, RingBenchOptions options, string where) => Named(where, () =>
    {
        long wanted = (long)options.WindowTime.TotalNanoseconds;
        long until = MonotonicClock.NowNs + WarmUpWindows * wanted;
        int events = FirstEvents;
        while (true)
        {
            long took = Math.Max(run(events), 1);
            double fitting = Math.Clamp(events * ((double)wanted / took), FirstEvents, options.EventsPerWindow);
            if (MonotonicClock.NowNs >= until)
                return (int)fitting;
            events = (int)Math.Min(fitting, events * 4.0);
        }
    });

    public static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    public static RingSpread Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new RingSpread(median, sorted[0], sorted[^1]);
    }

    /// <summary>Puts the arm's name before what went wrong in it.</summary>
    public static T Named<T>(string where, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (WrongResultException wrong)
        {
            throw new WrongResultException($"{where}: {wrong.Message}");
        }
    }
}
