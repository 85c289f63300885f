using FastRebalance.Configuration;
using FastRebalance.Engine;

namespace FastRebalance.Bench.Latency;

/// <summary>Which thread of a run sits on which core.</summary>
internal sealed class Seating
{
    /// <summary>
    /// The engine gets the last core, away from the first, where systems like to handle their interrupts; the others get what is
    /// between, and share the publisher's core when there is nothing left.
    /// </summary>
    public Seating(LatencyOptions options)
    {
        int[] cores = options.Pin && Machine.AllowedCores is { Length: > 1 } allowed ? allowed : [-1, -1];
        Queue<int> between = new(cores[1..^1]);
        Publisher = new Seat("publisher", cores[0]);
        Engine = new Seat("engine", cores[^1]);
        All = [Publisher, Engine];
        if (options.Topology == Topology.Staged)
            All = [.. All, Next(StagedPipeline.TradeThread), Next(StagedPipeline.PublishThread)];
        Signer = Next("signer");
        if (options.Mode == Mode.Firing)
            All = [.. All, Signer];

        Seat Next(string thread) => new(thread, between.TryDequeue(out int core) ? core : cores[0]);
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

    /// <summary>Some thread has to share the publisher's core: the publisher gives way to it between two readings of the clock.</summary>
    public bool PublisherGivesWay => BusyThreads > Machine.Cores;

    /// <summary>What a thread has to do first, by its name; null where it has no seat.</summary>
    public Action? For(string thread) => All.FirstOrDefault(s => s.Thread == thread) is { } seat ? seat.Take : null;
}
