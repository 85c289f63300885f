using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Engine;

namespace FastRebalance.Bench.Latency;

/// <summary>All that `bench` measured.</summary>
internal sealed class LatencyBook(LatencyBenchOptions options)
{
    public LatencyBenchOptions Options { get; } = options;

    /// <summary>The runs that were asked for, in the order in which they ran.</summary>
    public List<LatencyRun> Runs { get; } = [];

    /// <summary>The quiet runs that looked for the rate which saturates, by rate; empty unless it was asked for.</summary>
    public List<LatencyRun> Sweep { get; } = [];

    /// <summary>Where the figures of prices inside the band come from.</summary>
    public LatencyRun? Quiet => Runs.Find(r => r.Mode == Mode.Quiet);

    /// <summary>Where the figures of orders come from.</summary>
    public LatencyRun? Firing => Runs.Find(r => r.Mode == Mode.Firing);

    /// <summary>The run that stands for all in the head line.</summary>
    public LatencyRun Main => Quiet ?? Runs[0];

    /// <summary>Why results must not be believed; empty when they may.</summary>
    public IEnumerable<string> Failures =>
        Runs.Concat(Sweep).SelectMany(r => r.Failures.Select(f => $"{NameOf(r.Mode)} at {r.Options.RatePerSecond}/s: {f}"));

    public bool IsRight => !Failures.Any();

    /// <summary>Why some of the figures say more of the scheduler than of the engine; null when none does.</summary>
    public string? Inconclusive => Runs.Find(r => !r.IsConclusive) is not { } run
        ? null
        : $"{NameOf(run.Mode)}: {run.Seating.BusyThreads} busy threads ({string.Join(", ", run.Seating.All.Select(s => s.Thread))}) "
            + $"on {Machine.Cores} cores; its latencies are the scheduler's as much as the engine's";

    /// <summary>Every rate in quiet mode, once each, ascending: the headline runs and the sweep.</summary>
    public IEnumerable<LatencyRun> QuietByRate =>
        Runs.Where(r => r.Mode == Mode.Quiet).Concat(Sweep).DistinctBy(r => r.Options.RatePerSecond).OrderBy(r => r.Options.RatePerSecond);

    /// <summary>The lowest rate at which the engine fell behind.</summary>
    public LatencyRun? Saturated => QuietByRate.FirstOrDefault(r => r.IsSaturated);

    public static string NameOf(Mode mode) => mode == Mode.Quiet ? "quiet" : "firing";

    public static string NameOf(Topology topology) => topology == Topology.Fused ? "fused" : "staged";

    /// <summary>Which rate saturates, in a line.</summary>
    public static string SaturationOf(LatencyBook book) => book.Saturated is not { } run
        ? "no rate that was tried saturates"
        : $"{run.Options.RatePerSecond:N0} prices/s saturate the "
            + (run.Schedule.RingFull > 0 ? "engine: the ring was full" : "publisher: the ring was never full")
            + $" and the last decision came {run.BehindNs / 1_000_000} ms after its price was due";

    /// <summary>The cores whose stalls <see cref="LatencyRun.Hiccup"/> holds.</summary>
    public static string WatchedCores(LatencyRun run) => run.EngineGaps is null ? "the publisher's core"
        : run.Seating.PublisherGivesWay ? "the engine's core"
        : "the publisher's and the engine's core";

    /// <summary>All that one run measured, the headline figures first.</summary>
    public static IEnumerable<Measure> MeasuresOf(LatencyRun run)
    {
        yield return new("dueToDecision", "due to decision", run.Engine.DueToDecision);
        if (run.Mode == Mode.Firing)
        {
            yield return new("dueToOrder", "due to order", run.DueToOrder);
            yield return new("dueToSigned", "due to signed bytes", run.DueToSigned);
            yield return new("dueToSocketWrite", "due to socket write", run.DueToSocketWrite);
        }
        yield return new("publisherLate", "publisher late", run.Schedule.Lateness);
        yield return new("hiccup", "machine's hiccups", run.Hiccup);
        foreach (Measure stage in StagesOf(run))
            yield return stage;
    }

    /// <summary>The engine's steps, and the signer's.</summary>
    public static IEnumerable<Measure> StagesOf(LatencyRun run)
    {
        foreach (Stage stage in Enum.GetValues<Stage>())
            if (stage != Stage.DueToDecision && run.Stages[stage].Count > 0)
                yield return new(JsonNamingPolicy.CamelCase.ConvertName(stage.ToString()), $"  {stage}", run.Stages[stage]);
        if (run.Sign.Count == 0)
            yield break;
        yield return new("sign", "  Sign", run.Sign);
        yield return new("socketWrite", "  SocketWrite", run.SocketWrite);
    }
}
