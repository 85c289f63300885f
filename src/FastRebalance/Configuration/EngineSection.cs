using FastRebalance.Native.Machine;

namespace FastRebalance.Configuration;

/// <param name="Topology">How the hot work is shared out among threads.</param>
/// <param name="WaitStrategy">Name of the engine thread's wait strategy.</param>
/// <param name="RingSize">Slots of the inbound ring, a power of two.</param>
/// <param name="Journal">Folder of the journal.</param>
public sealed record EngineSection(Topology Topology, string WaitStrategy, int RingSize, string Journal)
{
    /// <summary>Where the run's threads are put.</summary>
    public ThreadsSection Threads { get; init; } = new();

    /// <summary>Whether the process is to stay in RAM.</summary>
    public bool LockMemory { get; init; }

    /// <summary>Whether the inbound ring is to lie on huge pages.</summary>
    public bool HugePages { get; init; }
}

/// <summary>The threads of a run that can be placed, by their configured names; null where nothing was asked.</summary>
public sealed record ThreadsSection
{
    /// <summary>Every name, in the order of an event's way.</summary>
    public static IReadOnlyList<string> Names { get; } = ["engine", "trade", "publish", "journal", "orders"];

    /// <summary>Those that only the staged topology has.</summary>
    public static IReadOnlyList<string> StagedOnly { get; } = ["trade", "publish"];

    public ThreadSection? Engine { get; init; }

    public ThreadSection? Trade { get; init; }

    public ThreadSection? Publish { get; init; }

    /// <summary>Both journal threads.</summary>
    public ThreadSection? Journal { get; init; }

    public ThreadSection? Orders { get; init; }

    /// <summary>What was asked for, by name; threads of which nothing was asked are left out.</summary>
    public IEnumerable<(string Name, ThreadSection Thread)> Asked
    {
        get
        {
            foreach (string name in Names)
                if (this[name] is { IsAnything: true } thread)
                    yield return (name, thread);
        }
    }

    private ThreadSection? this[string name] => name switch
    {
        "engine" => Engine,
        "trade" => Trade,
        "publish" => Publish,
        "journal" => Journal,
        _ => Orders,
    };
}

/// <param name="Core">The core it is bound to, numbered as the operating system does; null for any.</param>
/// <param name="Priority">How it stands against other threads.</param>
public sealed record ThreadSection(int? Core, SchedulingPriority Priority)
{
    internal bool IsAnything => Core is not null || Priority != SchedulingPriority.Normal;
}
