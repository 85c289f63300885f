using FastRebalance.Core.Measures;

namespace FastRebalance.Engine;

/// <summary>The engine's steps, as they are measured.</summary>
public enum Stage
{
    /// <summary>One event applied to the market state; of prices one in 64.</summary>
    Apply,

    /// <summary>Valuation, target, drift and triggers: what every pass pays that the fence did not answer.</summary>
    Evaluate,

    /// <summary>Sizing and risk, on passes where a trigger fired.</summary>
    SizeAndRisk,

    /// <summary>Path search and exact quotes of all legs.</summary>
    Route,

    /// <summary>Decision and legs copied into the order ring, of the passes that are told whole.</summary>
    Publish,

    /// <summary>From the time that the newest event of the batch was due to the decision being visible.</summary>
    DueToDecision,
}

/// <summary>One histogram per stage. Each is written by the thread that runs its stage, and read by anyone.</summary>
public sealed class StageTimings
{
    private readonly LatencyHistogram[] _histograms;

    public StageTimings()
    {
        _histograms = new LatencyHistogram[Enum.GetValues<Stage>().Length];
        for (int i = 0; i < _histograms.Length; i++)
            _histograms[i] = new LatencyHistogram();
    }

    public LatencyHistogram this[Stage stage] => _histograms[(int)stage];

    /// <summary>Records the time since <paramref name="sinceNs"/> and returns now, so that steps chain.</summary>
    public long Lap(Stage stage, long sinceNs)
    {
        long now = MonotonicClock.NowNs;
        _histograms[(int)stage].Record(now - sinceNs);
        return now;
    }
}
