using FastRebalance.Messaging;

namespace FastRebalance.Bench.Rings;

/// <summary>What the ring bench runs. Every value has a default; the whole then takes about a minute.</summary>
public sealed record RingBenchOptions
{
    /// <summary>Measured windows of each arm; an odd number has a middle.</summary>
    public int Windows { get; init; } = 7;

    /// <summary>Most events of one window.</summary>
    public int EventsPerWindow { get; init; } = 20_000_000;

    /// <summary>About how long a window takes: a slow arm moves fewer events in it. The rate is what is compared.</summary>
    public TimeSpan WindowTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Sizes of an event, from 8 and 128.</summary>
    public IReadOnlyList<int> SlotBytes { get; init; } = [8, 128];

    /// <summary>Slots of each ring and of each queue; a power of two.</summary>
    public int RingSize { get; init; } = 65_536;

    /// <summary>Names from <see cref="WaitStrategy.Names"/>; the first is the one held to the targets.</summary>
    public IReadOnlyList<string> Strategies { get; init; } = WaitStrategy.Names;

    /// <summary>Three to one, one to three, pipeline and diamond as well.</summary>
    public bool Graphs { get; init; } = true;

    /// <summary>
    /// Ties every hot thread to a core of its own, in workloads with no more threads than cores. Left to itself the scheduler may keep two
    /// threads on one core for seconds, and then its switches are what is measured. Tasks are the pool's and are never tied.
    /// </summary>
    public bool Pin { get; init; } = true;

    /// <exception cref="ArgumentException">A value cannot be; the message says which would.</exception>
    internal void Validate()
    {
        if (Windows is < 1 or > 1000)
            throw new ArgumentException($"there are {Windows} windows: wanted is a number from 1 to 1000");
        if (EventsPerWindow is < 1000 or > 1_000_000_000)
            throw new ArgumentException($"a window has {EventsPerWindow} events: wanted is a number from 1000 to 1000000000");
        if (WindowTime <= TimeSpan.Zero || WindowTime > TimeSpan.FromSeconds(10))
            throw new ArgumentException($"a window takes {WindowTime.TotalSeconds} s: wanted is more than nothing and at most 10 s");
        if (SlotBytes.Count == 0 || SlotBytes.Any(b => b is not (8 or 128)))
            throw new ArgumentException($"the slots have {string.Join(", ", SlotBytes)} bytes: wanted are 8, 128 or both");
        if (!int.IsPow2(RingSize) || RingSize is < 64 or > 1 << 22)
            throw new ArgumentException($"the ring has {RingSize} slots: wanted is a power of two from 64 to 4194304");
        if (Strategies.Count == 0)
            throw new ArgumentException($"no wait strategy is given: name one of {string.Join(", ", WaitStrategy.Names)}");
        foreach (string strategy in Strategies)
            WaitStrategy.ByName(strategy);
    }
}
