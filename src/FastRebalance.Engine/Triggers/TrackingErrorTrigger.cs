using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires when the tracking error that the drift predicts is above its cap: √(d'Σd) per square root of a year, as bt's PTE_Rebalance. Σ is
/// the plan's; before a plan has brought one it does not fire.
/// </summary>
public sealed class TrackingErrorTrigger(TrackingErrorTrigger.Options options, int assetCount, PolicyTier tier) : ITrigger
{
    private readonly QuadraticForm _form = new(assetCount);
    private readonly double _cap = new Bps(options.CapBps).Fraction;
    private readonly BandScale _scale = options.ScaleFor(tier);
    private long _planVersion;

    public bool Fires(RebalanceCycle cycle) => Error(cycle) > Cap(cycle);

    /// <summary>Without a plan nothing that prices do makes it fire.</summary>
    public TriggerFence Fence(RebalanceCycle cycle) =>
        HasPlan(cycle) ? _form.Fence(cycle, Cap(cycle) * Cap(cycle)) : TriggerFence.Endless;

    public TriggerReading Read(RebalanceCycle cycle) =>
        HasPlan(cycle) ? new(Error(cycle), Cap(cycle), TriggerUnit.AnnualFraction) : TriggerReading.None;

    private double Error(RebalanceCycle cycle) =>
        HasPlan(cycle) && !double.IsNaN(cycle.MaxDrift) ? Math.Sqrt(_form.At(cycle.Drift)) : double.NaN;

    private double Cap(RebalanceCycle cycle) => _cap * _scale.At(cycle);

    private bool HasPlan(RebalanceCycle cycle)
    {
        Planning.Plan plan = cycle.Market.Plan;
        if (!plan.Has(PlanParts.Covariance))
            return false;
        if (plan.Version != _planVersion)
        {
            _planVersion = plan.Version;
            _form.Set(plan.Covariance);
        }
        return true;
    }

    /// <summary>Options of <c>tracking-error</c>.</summary>
    public sealed record Options : BandOptions
    {
        /// <summary>Largest predicted tracking error, in basis points per square root of a year.</summary>
        public double CapBps { get; set; }

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets)
        {
            if (!Bands.IsWidth(CapBps))
                yield return new("capBps", $"{CapBps}", Bands.WidthWanted);
        }
    }
}
