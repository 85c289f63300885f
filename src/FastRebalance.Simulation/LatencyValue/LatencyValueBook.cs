using FastRebalance.Simulation.LatencyValue.Checks;

namespace FastRebalance.Simulation.LatencyValue;

/// <summary>All that an experiment found. When a check failed it holds the checks and nothing else.</summary>
public sealed record LatencyValueBook
{
    /// <summary>Drift that counts as a trigger on a tape.</summary>
    public const double TriggerBps = 1;

    /// <summary>One-sided fee of the pool that quotes in the generated worlds.</summary>
    public const double PoolFeeBps = 5;

    /// <summary>One-sided fee of the quote on a tape.</summary>
    public const double TapeFeeBps = 1;

    /// <summary>Time between matching rounds whose misses count in the totals.</summary>
    public const long MainSlot = 250 * Delays.Millisecond;

    public required LatencyValueOptions Options { get; init; }

    public required IReadOnlyList<Check> Checks { get; init; }

    public IReadOnlyList<PolicyCurve> Curves { get; init; } = [];

    public IReadOnlyList<FloorRow> Floors { get; init; } = [];

    /// <summary>The generated order flow, then the recorded tapes.</summary>
    public IReadOnlyList<TapeStudy> Tapes { get; init; } = [];

    /// <summary>Savings over the triggers of all recorded tapes together.</summary>
    public IReadOnlyList<LatencyCut> TapeCuts { get; init; } = [];

    /// <summary>What was not run, and why.</summary>
    public IReadOnlyList<string> NotRun { get; init; } = [];

    public bool IsRight => Checks.Count > 0 && Checks.All(c => c.Passed);
}
