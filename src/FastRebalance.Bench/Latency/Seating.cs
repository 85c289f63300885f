using FastRebalance.Engine;

namespace FastRebalance.Bench.Latency;

/// <summary>Which thread of a run sits on which core.</summary>
internal sealed class Seating
{
    private Seating(LatencyOptions options, int publisher, int engine, int signer)
    {
        Publisher = new Seat("publisher", publisher);
        Engine = new Seat("engine", engine);
        Signer = new Seat("signer", signer);
        All = [Publisher, Engine];
        if (options.Topology == Topology.Staged)
            All = [.. All, new Seat(StagedPipeline.TradeThread, -1), new Seat(StagedPipeline.PublishThread, -1)]; // the system's to place
        if (options.Mode == Mode.Firing)
            All = [.. All, Signer];
    }

    public Seat Publisher { get; }

    public Seat Engine { get; }

    /// <summary>In quiet mode the signer sleeps.</summary>
    public Seat Signer { get; }

    /// <summary>The seats of the threads that have work to do.</summary>
    public IReadOnlyList<Seat> All { get; }

    /// <summary>Threads that want a core each.</summary>
    public int BusyThreads => All.Count;

    /// <summary>Every busy thread runs on the core meant for it and on no other.</summary>
    public bool IsPinned => All.All(s => s.IsTaken);

    /// <summary>There is no core for some thread behind the engine: the publisher gives way to it between two readings of the clock.</summary>
    public bool PublisherGivesWay => BusyThreads > Machine.Cores;

    /// <summary>The engine on the last core, away from the first, where systems like to handle their interrupts.</summary>
    public static Seating For(LatencyOptions options)
    {
        int[] cores = options.Pin ? Machine.AllowedCores : [];
        return cores.Length < 2
            ? new Seating(options, -1, -1, -1)
            : new Seating(options, cores[0], cores[^1], cores.Length > 2 ? cores[1] : cores[0]);
    }
}
