using FastRebalance.Bench.Rings.Workloads;
using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Rings;

/// <summary>The windows of round trips.</summary>
internal sealed class HopWindows(RingArm<IPingPong> arm, int roundTrips)
{
    private readonly List<LatencyHistogram> _windows = [];

    public static List<RingHop> Measure(List<RingArm<IPingPong>> arms, RingBenchOptions options)
    {
        List<HopWindows> all = [.. arms.Select(a => new HopWindows(a, RoundTripsFor(a, options)))];
        for (int round = 0; round < options.Windows; round++)
            foreach (int turn in Windows.Turns(round, arms.Count))
                Windows.Named($"there and back, {arms[turn].Name}, window {round + 1}", all[turn].RunOne);
        return [.. all.Select(w => w.Describe())];
    }

    private static int RoundTripsFor(RingArm<IPingPong> arm, RingBenchOptions options)
    {
        CorePinning.Release();
        using IPingPong pair = arm.Start();
        LatencyHistogram unused = new();
        return Windows.EventsFor(
            count =>
            {
                long start = MonotonicClock.NowNs;
                pair.Run(count, unused);
                return MonotonicClock.NowNs - start;
            },
            options,
            $"there and back, {arm.Name}, warm-up");
    }

    private bool RunOne()
    {
        CorePinning.Release();
        LatencyHistogram window = new();
        using IPingPong pair = arm.Start();
        pair.Run(Math.Max(roundTrips / 20, 1), window);
        window.Reset();
        Windows.CollectGarbage();
        pair.Run(roundTrips, window);
        _windows.Add(window);
        return true;
    }

    private RingHop Describe() => new(
        arm.Name,
        arm.IsOurs,
        RingShapes.BusyThreads(RingShape.OneToOne) <= Environment.ProcessorCount,
        _windows.Sum(w => w.Count),
        HalfOf(50),
        HalfOf(99),
        HalfOf(99.9),
        _windows.Max(w => w.MaxNs) / 2.0);

    private RingSpread HalfOf(double percentile) => Windows.Spread(_windows.Select(w => w.PercentileNs(percentile) / 2.0));
}
