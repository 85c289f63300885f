using FastRebalance.Configuration;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>What `bench` was asked for.</summary>
internal sealed record LatencyBenchOptions
{
    /// <summary>Prices a second; the first is the one that the headline figures belong to.</summary>
    public IReadOnlyList<int> Rates { get; init; } = [100_000];

    public IReadOnlyList<Mode> Modes { get; init; } = [Mode.Quiet, Mode.Firing];

    /// <summary>Measured time of each run.</summary>
    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time before it that does not count.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>In firing mode, from one crossing of the band to the next.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Equal runs, to see how far equal things differ.</summary>
    public int Runs { get; init; } = 1;

    public Topology Topology { get; init; } = Topology.Fused;

    /// <summary>Name of the engine thread's wait strategy; chosen by the number of cores when null.</summary>
    public string? Wait { get; init; }

    /// <summary>Name of the signing thread's wait strategy; a live run uses blocking.</summary>
    public string OrderWait { get; init; } = "blocking";

    /// <summary>Give the threads cores of their own where the system lets us.</summary>
    public bool Pin { get; init; } = true;

    /// <summary>Also find the rate that saturates the engine.</summary>
    public bool Sweep { get; init; }

    /// <summary>Measured time of each of the sweep's runs.</summary>
    public TimeSpan SweepMeasured { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The command line that asked for it.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>The wait strategy that the engine gets: no reason to leave a core that is its own.</summary>
    public string EngineWait => Wait ?? (HasCoresForTheEngine ? WatchedBusySpin.WatchedName : WaitStrategy.DefaultName);

    private bool HasCoresForTheEngine => Machine.Cores >= (Topology == Topology.Fused ? 2 : 4);

    public LatencyOptions RunOf(Mode mode, int rate) => new()
    {
        Mode = mode,
        RatePerSecond = rate,
        MeasuredSlots = Math.Max(1, LatencyOptions.SlotsIn(Measured, rate)),
        WarmUpSlots = LatencyOptions.SlotsIn(WarmUp, rate),
        Every = (int)Math.Clamp(LatencyOptions.SlotsIn(Every, rate), LatencyOptions.LeastEvery, int.MaxValue),
        Wait = EngineWait,
        OrderWait = OrderWait,
        Pin = Pin,
        Topology = Topology,
    };
}
