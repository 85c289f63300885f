namespace FastRebalance.Bench.Rings;

/// <summary>What one run of the ring bench found. Rates are operations (events from end to end) a second; times are nanoseconds.</summary>
/// <param name="Processor">The machine's processor.</param>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Runtime">Runtime and garbage collector.</param>
/// <param name="LoadAverage">The machine's load after the run, this program's own threads among it; null where it is not told.</param>
/// <param name="Conclusive">True when every thread that wants a core can have one, in all that was measured.</param>
/// <param name="Options">As asked for.</param>
/// <param name="Targets">What the rings are held to.</param>
/// <param name="Throughput">A group is compared within itself only.</param>
/// <param name="Hops">One to one, there and back.</param>
/// <param name="Skipped">What was not run, and why.</param>
public sealed record RingBenchResult(
    string Processor,
    int Cores,
    string System,
    string Runtime,
    string? LoadAverage,
    bool Conclusive,
    RingBenchOptions Options,
    IReadOnlyList<RingTarget> Targets,
    IReadOnlyList<RingThroughput> Throughput,
    IReadOnlyList<RingHop> Hops,
    IReadOnlyList<RingSkip> Skipped);

/// <summary>Middle, least and greatest of the windows.</summary>
public sealed record RingSpread(double Median, double Min, double Max);

/// <param name="Baseline">Name of the baseline.</param>
/// <param name="Times">How many times its rate, window by window against the baseline's window of the same round.</param>
public sealed record RingRatio(string Baseline, RingSpread Times);

/// <param name="Baseline">What our arm is compared with, one to one: the fastest arm of this kind.</param>
/// <param name="SlotBytes">Size of an event.</param>
/// <param name="WantedTimes">The least that counts as reached.</param>
/// <param name="Arm">Our arm.</param>
/// <param name="ReachedTimes">The middle one of the paired ratios.</param>
/// <param name="IsMet">Whether it is enough.</param>
public sealed record RingTarget(string Baseline, int SlotBytes, double WantedTimes, string Arm, double ReachedTimes, bool IsMet);

/// <param name="Shape">Who hands events to whom.</param>
/// <param name="SlotBytes">Size of an event.</param>
/// <param name="Arm">A wait strategy of ours, with the number of slots that the producer publishes at once; or a baseline.</param>
/// <param name="IsOurs">False for a baseline.</param>
/// <param name="BusyThreads">Threads that want a core each.</param>
/// <param name="IsConclusive">False with fewer cores than that: the figures then tell of the scheduler as well.</param>
/// <param name="EventsPerWindow">What a window moved.</param>
/// <param name="OperationsPerSecond">Over the windows.</param>
/// <param name="AverageBatch">Events that a consumer found at a time; null where it takes them singly.</param>
/// <param name="Collections">Of generation 0, 1 and 2 during all windows.</param>
/// <param name="ProcessBytes">Allocated by the whole process during all windows.</param>
/// <param name="HotThreadBytes">Allocated by the threads that produced and consumed; null where they are the pool's.</param>
/// <param name="Ratios">Ours against each baseline; empty for a baseline.</param>
public sealed record RingThroughput(
    string Shape,
    int SlotBytes,
    string Arm,
    bool IsOurs,
    int BusyThreads,
    bool IsConclusive,
    long EventsPerWindow,
    RingSpread OperationsPerSecond,
    RingSpread? AverageBatch,
    IReadOnlyList<int> Collections,
    long ProcessBytes,
    long? HotThreadBytes,
    IReadOnlyList<RingRatio> Ratios);

/// <summary>One hop: half of a round trip between two threads that do nothing else, two readings of the clock included.</summary>
/// <param name="Arm">A wait strategy, or a baseline.</param>
/// <param name="IsOurs">False for a baseline.</param>
/// <param name="IsConclusive">False with fewer than two cores.</param>
/// <param name="RoundTrips">Measured, over all windows.</param>
/// <param name="P50Ns">Over the windows.</param>
/// <param name="P99Ns">Over the windows.</param>
/// <param name="P999Ns">Over the windows.</param>
/// <param name="MaxNs">The longest of all.</param>
public sealed record RingHop(
    string Arm, bool IsOurs, bool IsConclusive, long RoundTrips, RingSpread P50Ns, RingSpread P99Ns, RingSpread P999Ns, double MaxNs);

/// <param name="Shape">Who would have handed events to whom.</param>
/// <param name="Arm">What was not run.</param>
/// <param name="Reason">Why.</param>
public sealed record RingSkip(string Shape, string Arm, string Reason);
