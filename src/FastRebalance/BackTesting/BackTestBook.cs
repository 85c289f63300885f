using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Evaluation;

namespace FastRebalance.BackTesting;

/// <summary>One configuration's back-test.</summary>
/// <param name="Fields">What was varied; empty for the configuration as it stands.</param>
/// <param name="Result">What was found.</param>
/// <param name="EngineTime">Time in driver and engine, without reading files.</param>
/// <param name="AgainstConfigured">Its loss less that of the configuration as it stands, basis points per year; null for that one itself.</param>
public sealed record BackTestRun(
    IReadOnlyList<(string Key, string Value)> Fields, BackTestResult Result, TimeSpan EngineTime, Interval? AgainstConfigured)
{
    public string Name => Fields.Count == 0 ? "as configured" : string.Join(", ", Fields.Select(f => $"{f.Key}={f.Value}"));
}

/// <summary>One fold of a walk forward. Losses are basis points per year.</summary>
/// <param name="TrainFromUnixNs">The choice was made from here</param>
/// <param name="TestFromUnixNs">and judged from here</param>
/// <param name="TestToUnixNs">to here.</param>
/// <param name="Chosen">The fields with the least loss in training.</param>
/// <param name="TrainLoss">That loss.</param>
/// <param name="TestLoss">What the choice lost afterwards.</param>
/// <param name="ConfiguredTestLoss">What the configuration as it stands lost then.</param>
/// <param name="BestTestLoss">What the best choice in hindsight would have lost: a bound, not a result.</param>
public sealed record BackTestFold(
    long TrainFromUnixNs, long TestFromUnixNs, long TestToUnixNs, IReadOnlyList<(string Key, string Value)> Chosen,
    double TrainLoss, double TestLoss, double ConfiguredTestLoss, double BestTestLoss);

/// <summary>All that a command found.</summary>
public sealed record BackTestBook
{
    public required BackTestOptions Options { get; init; }

    public required BackTestConfig Config { get; init; }

    /// <summary>The configuration as it stands first, then each combination.</summary>
    public required IReadOnlyList<BackTestRun> Runs { get; init; }

    /// <summary>Empty without a walk forward.</summary>
    public required IReadOnlyList<BackTestFold> Folds { get; init; }

    public required long Rows { get; init; }

    /// <summary>Prices on the tape.</summary>
    public required long Prices { get; init; }

    public required long RefusedPrices { get; init; }

    public required string? FirstRefusal { get; init; }

    /// <summary>Time to read the files.</summary>
    public required TimeSpan LoadTime { get; init; }

    public BackTestRun Best => Runs.MinBy(r => r.Result.LossBpsPerYear)!;
}
