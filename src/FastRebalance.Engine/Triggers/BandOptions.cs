using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>What every trigger with a band takes beside its own options: how the band stands in stress.</summary>
public abstract record BandOptions : IPluginOptions, ITierOptions
{
    /// <summary>An economic band is this power of the plan's stress wider; 0: it stays as it is.</summary>
    public double StressWidening { get; set; }

    /// <summary>A safety band is this power of the plan's stress tighter; 0: it stays as it is.</summary>
    public double StressTightening { get; set; }

    /// <summary>Stress makes a band at most so many times wider or tighter.</summary>
    public double StressCap { get; set; } = BandScale.UsualCap;

    public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
    {
        foreach (OptionProblem problem in OwnProblems(assets))
            yield return problem;
        if (!(StressWidening is >= 0 and <= 4))
            yield return new("stressWidening", $"{StressWidening}", "a power from 0 (off) to 4");
        if (!(StressTightening is >= 0 and <= 4))
            yield return new("stressTightening", $"{StressTightening}", "a power from 0 (off) to 4");
        if (!(StressCap is >= 1 and <= 100))
            yield return new("stressCap", $"{StressCap}", "a factor from 1 to 100");
    }

    public virtual IEnumerable<OptionProblem> Problems(PolicyTier tier)
    {
        if (tier == PolicyTier.Safety && StressWidening != 0)
            yield return new("stressWidening", $"{StressWidening} in the safety tier", "stressTightening: a safety band never widens");
        if (tier == PolicyTier.Economic && StressTightening != 0)
            yield return new("stressTightening", $"{StressTightening} in the economic tier", "stressWidening, or this trigger under safety");
    }

    internal BandScale ScaleFor(PolicyTier tier) => BandScale.For(tier, StressWidening, StressTightening, StressCap);

    /// <summary>Mistakes in what the trigger takes itself.</summary>
    protected abstract IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets);
}
