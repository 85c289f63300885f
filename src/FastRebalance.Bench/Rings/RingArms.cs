using FastRebalance.Bench.Rings.Workloads;
using FastRebalance.Messaging.WaitStrategies;

namespace FastRebalance.Bench.Rings;

/// <summary>One contender: its name, and how to set it up afresh.</summary>
internal sealed record RingArm<TWork>(string Name, bool IsOurs, Func<TWork> Start);

/// <summary>Who competes in which group.</summary>
internal static class RingArms
{
    public const string SpinningChannel = "channels, polled";
    public const string AsyncChannel = "channels, awaited";
    public const string Collection = "blocking collection";

    /// <summary>Slots that a producer publishes at once where it publishes several.</summary>
    public const int ProducerBatch = 10;

    private static readonly string NeverYields = new BusySpinWaitStrategy().Name;

    /// <summary>A strategy, with the number of slots that the producer publishes at once where it is not one.</summary>
    public static string NameOf(string strategy, int producerBatch) => producerBatch == 1 ? strategy : $"{strategy}, by {producerBatch}";

    /// <summary>Every strategy of ours, one by one and in batches where the shape is one to one, and the baselines.</summary>
    public static List<RingArm<IWorkload>> Throughput<T>(RingShape shape, RingBenchOptions options, int cores, List<RingSkip> skipped)
        where T : unmanaged, IBenchSlot
    {
        List<RingArm<IWorkload>> arms = [];
        Action<int>? pin = CorePinning.For(options.Pin, RingShapes.BusyThreads(shape));
        foreach (string strategy in Runnable(shape, options, cores, skipped))
        {
            arms.Add(Ours(strategy, 1));
            if (shape == RingShape.OneToOne)
                arms.Add(Ours(strategy, ProducerBatch));
        }
        arms.Add(new(SpinningChannel, IsOurs: false, () => new PipeWorkload<T, SpinningChannelPipe<T>>(
            shape, () => new SpinningChannelPipe<T>(options.RingSize), pin)));
        if (shape == RingShape.OneToOne)
            arms.Add(new(AsyncChannel, IsOurs: false, () => new AsyncChannelWorkload<T>(options.RingSize)));
        arms.Add(new(Collection, IsOurs: false, () => new PipeWorkload<T, CollectionPipe<T>>(
            shape, () => new CollectionPipe<T>(options.RingSize), pin)));
        return arms;

        RingArm<IWorkload> Ours(string strategy, int batch) => new(
            NameOf(strategy, batch),
            IsOurs: true,
            () => new RingWorkload<T>(shape, options.RingSize, strategy, batch, pin));
    }

    public static List<RingArm<IPingPong>> Hops(RingBenchOptions options, int cores, List<RingSkip> skipped)
    {
        List<RingArm<IPingPong>> arms = [];
        Action<int>? pin = CorePinning.For(options.Pin, RingShapes.BusyThreads(RingShape.OneToOne));
        foreach (string strategy in Runnable(RingShape.OneToOne, options, cores, skipped, "there and back"))
            arms.Add(new(strategy, IsOurs: true, () => new RingPingPong(options.RingSize, strategy, pin)));
        arms.Add(new(SpinningChannel, IsOurs: false, () => new PipePingPong<SpinningChannelPipe<Slot8>>(
            () => new SpinningChannelPipe<Slot8>(options.RingSize), pin)));
        arms.Add(new(AsyncChannel, IsOurs: false, () => new AsyncChannelPingPong(options.RingSize)));
        arms.Add(new(Collection, IsOurs: false, () => new PipePingPong<CollectionPipe<Slot8>>(
            () => new CollectionPipe<Slot8>(options.RingSize), pin)));
        return arms;
    }

    /// <summary>The strategies that come to an end here: threads that never give a core away need one each.</summary>
    private static IEnumerable<string> Runnable(
        RingShape shape, RingBenchOptions options, int cores, List<RingSkip> skipped, string? title = null)
    {
        int busy = RingShapes.BusyThreads(shape);
        foreach (string strategy in options.Strategies)
            if (strategy != NeverYields || busy <= cores)
                yield return strategy;
            else
                skipped.Add(new(
                    title ?? RingShapes.NameOf(shape),
                    strategy,
                    $"{busy} busy threads on {cores} cores would hold each other up for good"));
    }
}
