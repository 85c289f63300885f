using FastRebalance.Bench.Latency;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Bench.Rings;

/// <summary>
/// The ring against the queues of the runtime, in one process and one run: windows of all arms take turns, the order of the arms changes
/// from round to round, and every window checks what arrived.
/// </summary>
public static class RingBench
{
    private const double ChannelsTimes = 30;
    private const double CollectionTimes = 150;

    /// <summary>Runs everything that the options ask for. Keeps two cores busy, or four, for about a minute.</summary>
    /// <exception cref="ArgumentException">The options cannot be; the message says which would.</exception>
    /// <exception cref="InvalidOperationException">A window brought home something else than was sent; the message says which.</exception>
    public static RingBenchResult Run(RingBenchOptions options)
    {
        options.Validate();
        List<RingSkip> skipped = [];
        List<RingThroughput> throughput = [];
        try
        {
            foreach (int bytes in options.SlotBytes)
                throughput.AddRange(Group(RingShape.OneToOne, bytes, options, skipped));
            foreach (RingShape shape in options.Graphs ? Enum.GetValues<RingShape>().Where(s => s > RingShape.OneToOne) : [])
                throughput.AddRange(Group(shape, options.SlotBytes[0], options, skipped));
            List<RingHop> hops = HopWindows.Measure(RingArms.Hops(options, Machine.Cores, skipped), options);
            return Describe(options, throughput, hops, skipped);
        }
        catch (WrongResultException wrong)
        {
            throw new InvalidOperationException(wrong.Message, wrong);
        }
        finally
        {
            CorePinning.Release();
        }
    }

    /// <summary>One JSON document.</summary>
    public static void WriteJson(Stream stream, RingBenchResult result) => RingReport.WriteJson(stream, result);

    /// <summary>Tables for people.</summary>
    public static void WriteText(TextWriter writer, RingBenchResult result) => RingReport.WriteText(writer, result);

    private static List<RingThroughput> Group(RingShape shape, int bytes, RingBenchOptions options, List<RingSkip> skipped)
    {
        List<RingArm<IWorkload>> arms = bytes == 8
            ? RingArms.Throughput<Slot8>(shape, options, Machine.Cores, skipped)
            : RingArms.Throughput<Slot128>(shape, options, Machine.Cores, skipped);
        return ThroughputWindows.Measure(shape, bytes, arms, options);
    }

    private static RingBenchResult Describe(
        RingBenchOptions options, List<RingThroughput> throughput, List<RingHop> hops, List<RingSkip> skipped) => new(
        Machine.Processor,
        Machine.Cores,
        Machine.System,
        Machine.Runtime,
        Machine.Load,
        throughput.TrueForAll(t => t.IsConclusive) && hops.TrueForAll(h => h.IsConclusive),
        options,
        [.. Targets(throughput, options)],
        throughput,
        hops,
        skipped);

    /// <summary>Of the first strategy asked for, which is the default one unless told: a winner picked afterwards is partly luck.</summary>
    private static IEnumerable<RingTarget> Targets(List<RingThroughput> all, RingBenchOptions options)
    {
        string shape = RingShapes.NameOf(RingShape.OneToOne);
        string strategy = options.Strategies[0];
        string[] arms = [strategy, RingArms.NameOf(strategy, RingArms.ProducerBatch)];
        foreach (RingThroughput arm in all.Where(t => t.Shape == shape && arms.Contains(t.Arm)))
        {
            yield return Against(arm, "System.Threading.Channels", ChannelsTimes, RingArms.SpinningChannel, RingArms.AsyncChannel);
            yield return Against(arm, "BlockingCollection", CollectionTimes, RingArms.Collection);
        }
    }

    /// <summary>Against the fastest of a kind: that is the one to which we are the fewest times as fast.</summary>
    private static RingTarget Against(RingThroughput arm, string kind, double wanted, params string[] baselines)
    {
        double times = arm.Ratios.Where(r => baselines.Contains(r.Baseline)).Min(r => r.Times.Median);
        return new(kind, arm.SlotBytes, wanted, arm.Arm, times, times >= wanted);
    }
}
