namespace FastRebalance.Bench.Latency;

/// <summary>Which thread of a run sits on which core.</summary>
internal sealed class Seating
{
    private Seating(Mode mode, int publisher, int engine, int signer)
    {
        Publisher = new Seat("publisher", publisher);
        Engine = new Seat("engine", engine);
        Signer = new Seat("signer", signer);
        All = mode == Mode.Quiet ? [Publisher, Engine] : [Publisher, Engine, Signer];
        BusyThreads = All.Count;
    }

    public Seat Publisher { get; }

    public Seat Engine { get; }

    /// <summary>In quiet mode the signer sleeps.</summary>
    public Seat Signer { get; }

    /// <summary>The seats of the threads that have work to do.</summary>
    public IReadOnlyList<Seat> All { get; }

    /// <summary>Threads that want a core each.</summary>
    public int BusyThreads { get; }

    /// <summary>Every busy thread runs on the core meant for it and on no other.</summary>
    public bool IsPinned => All.All(s => s.IsTaken);

    /// <summary>There is no core for the signer: the publisher gives way to it between two readings of the clock.</summary>
    public bool SignerSharesWithPublisher => BusyThreads > Machine.Cores;

    /// <summary>The engine on the last core, away from the first, where systems like to handle their interrupts.</summary>
    public static Seating For(Mode mode, bool pin)
    {
        int[] cores = pin ? Machine.AllowedCores : [];
        return cores.Length < 2
            ? new Seating(mode, -1, -1, -1)
            : new Seating(mode, cores[0], cores[^1], cores.Length > 2 ? cores[1] : cores[0]);
    }
}
