using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Planning;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires when an asset has drifted out of the plan's no-trade region: so far that a trade begins to pay. Before a plan has brought one it
/// does not fire. Cash has no region, and neither has an asset that the plan gives a width of zero.
/// </summary>
public sealed class NoTradeRegionTrigger(NoTradeRegionTrigger.Options options, int assetCount, PolicyTier tier) : ITrigger
{
    private readonly BandScale _scale = options.ScaleFor(tier);
    private readonly double[] _halfWidths = new double[assetCount];

    public bool Fires(RebalanceCycle cycle) => HasPlan(cycle) && Bands.AnyOutside(cycle, HalfWidths(cycle));

    /// <summary>Without a plan nothing that prices do makes it fire.</summary>
    public TriggerFence Fence(RebalanceCycle cycle) => HasPlan(cycle) ? Bands.Fence(cycle, HalfWidths(cycle)) : TriggerFence.Endless;

    public TriggerReading Read(RebalanceCycle cycle) => HasPlan(cycle) ? Bands.Nearest(cycle, HalfWidths(cycle)) : TriggerReading.None;

    private static bool HasPlan(RebalanceCycle cycle) => cycle.Market.Plan.Has(PlanParts.Regions);

    private ReadOnlySpan<double> HalfWidths(RebalanceCycle cycle)
    {
        Plan plan = cycle.Market.Plan;
        double scale = _scale.At(cycle);
        for (int i = 0; i < _halfWidths.Length; i++)
        {
            double width = plan.Assets[i].TriggerDrift;
            _halfWidths[i] = i == cycle.Numeraire.Index || width == 0 ? double.PositiveInfinity : width * scale;
        }
        return _halfWidths;
    }

    /// <summary>Options of <c>no-trade-region</c>: the plan says the rest.</summary>
    public sealed record Options : BandOptions
    {
        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets) => [];
    }
}
