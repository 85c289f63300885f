using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;

namespace FastRebalance.Engine.Targets;

/// <summary>Weights from outside, as the newest plan brought them. Before the first, and once they are too old, nothing is decided.</summary>
/// <remarks>
/// A fence that stands when they grow too old goes on standing: it lets no trigger fire, and whatever fells it finds the target not ready.
/// </remarks>
public sealed class ExternalTarget(ExternalTarget.Options options) : ITarget
{
    private readonly long _maxAgeNs = options.MaxAge == TimeSpan.Zero ? long.MaxValue : (long)options.MaxAge.TotalNanoseconds;

    public bool IsConstant => true;

    public bool IsReady(RebalanceCycle cycle) =>
        cycle.Market.Plan.Has(PlanParts.Targets) && cycle.NowUnixNs - cycle.Market.Plan.TargetsUnixNs <= _maxAgeNs;

    public void Aim(RebalanceCycle cycle) => cycle.Market.Plan.CopyTargets(cycle.Targets);

    /// <summary>Options of <c>external</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Older weights are not used; zero for no limit.</summary>
        public TimeSpan MaxAge { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (MaxAge < TimeSpan.Zero)
                yield return new("maxAge", $"{MaxAge}", "a time of zero or more; zero for no limit");
        }
    }
}
