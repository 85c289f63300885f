namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>Who hands events to whom.</summary>
internal enum RingShape
{
    None = 0,

    /// <summary><c>P → C</c></summary>
    OneToOne,

    /// <summary><c>P P P → C</c></summary>
    ThreeToOne,

    /// <summary><c>P → C C C</c>: each consumer sees every event.</summary>
    OneToThree,

    /// <summary><c>P → A → B → C</c>: A and B change the event.</summary>
    Pipeline,

    /// <summary><c>P → A, B → C</c>: C sees an event after both.</summary>
    Diamond,
}

internal static class RingShapes
{
    /// <summary>Producers of <see cref="RingShape.ThreeToOne"/>, consumers of <see cref="RingShape.OneToThree"/>.</summary>
    public const int Fan = 3;

    /// <summary>What the two changing stages of a pipeline add to each event, together.</summary>
    public const int PipelineAdds = 2;

    public static string NameOf(RingShape shape) => shape switch
    {
        RingShape.OneToOne => "one to one",
        RingShape.ThreeToOne => "three to one",
        RingShape.OneToThree => "one to three",
        RingShape.Pipeline => "three-stage pipeline",
        RingShape.Diamond => "diamond",
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "there is no such shape"),
    };

    /// <summary>Threads that want a core each.</summary>
    public static int BusyThreads(RingShape shape) => shape == RingShape.OneToOne ? 2 : 4;

    /// <summary>Sum of the numbers <paramref name="first"/>, first + 1, … of so many events.</summary>
    public static long SumOf(long first, int events) => events * first + (long)events * (events - 1) / 2;
}
