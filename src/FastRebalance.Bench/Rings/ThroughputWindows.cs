using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Bench.Rings;

/// <summary>The windows of one group: arms of one shape and one size of event.</summary>
internal sealed class ThroughputWindows(RingArm<IWorkload> arm, int events)
{
    private readonly List<WorkloadRun> _runs = [];
    private readonly int[] _collections = new int[GC.MaxGeneration + 1];
    private long _processBytes;

    private bool IsOurs => arm.IsOurs;

    private string Name => arm.Name;

    public static List<RingThroughput> Measure(RingShape shape, int bytes, List<RingArm<IWorkload>> arms, RingBenchOptions options)
    {
        string title = $"{RingShapes.NameOf(shape)}, {bytes} bytes";
        List<ThroughputWindows> all = [.. arms.Select(a => new ThroughputWindows(a, EventsFor(a, options, title)))];
        for (int round = 0; round < options.Windows; round++)
            foreach (int turn in Windows.Turns(round, arms.Count))
                Windows.Named($"{title}, {arms[turn].Name}, window {round + 1}", all[turn].RunOne);
        return [.. all.Select(w => w.Describe(shape, bytes, all))];
    }

    private static int EventsFor(RingArm<IWorkload> arm, RingBenchOptions options, string title)
    {
        CorePinning.Release();
        using IWorkload workload = arm.Start();
        return Windows.EventsFor(count => workload.Run(count).ElapsedNs, options, $"{title}, {arm.Name}, warm-up");
    }

    /// <summary>Fresh threads and a fresh ring, a short run to bring them up to speed, then the one that counts.</summary>
    private bool RunOne()
    {
        CorePinning.Release();
        using IWorkload workload = arm.Start();
        workload.Run(Math.Max(events / 20, 1));
        Windows.CollectGarbage();
        int[] before = Collections();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        WorkloadRun run = workload.Run(events);
        _processBytes += GC.GetTotalAllocatedBytes(precise: true) - bytes;
        foreach ((int generation, int count) in Collections().Index())
            _collections[generation] += count - before[generation];
        _runs.Add(run);
        return true;
    }

    private static int[] Collections() => [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)];

    private RingThroughput Describe(RingShape shape, int bytes, List<ThroughputWindows> all) => new(
        RingShapes.NameOf(shape),
        bytes,
        arm.Name,
        arm.IsOurs,
        RingShapes.BusyThreads(shape),
        RingShapes.BusyThreads(shape) <= Environment.ProcessorCount,
        events,
        Windows.Spread(_runs.Select(r => r.OperationsPerSecond)),
        _runs[0].AverageBatch is null ? null : Windows.Spread(_runs.Select(r => r.AverageBatch!.Value)),
        _collections,
        _processBytes,
        _runs[0].HotThreadBytes is null ? null : _runs.Sum(r => r.HotThreadBytes),
        arm.IsOurs ? [.. all.Where(o => !o.IsOurs).Select(Against)] : []);

    private RingRatio Against(ThroughputWindows baseline) => new(
        baseline.Name,
        Windows.Spread(_runs.Zip(baseline._runs, (ours, theirs) => ours.OperationsPerSecond / theirs.OperationsPerSecond)));
}
