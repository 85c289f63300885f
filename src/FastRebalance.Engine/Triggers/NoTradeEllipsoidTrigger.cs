using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires when the drift leaves an ellipsoid: d'Md &gt; 1. M is the plan's region, the optimum where gas is the whole cost, or is made of
/// half axes from the options. Before a plan has brought one, and without axes, it does not fire.
/// </summary>
public sealed class NoTradeEllipsoidTrigger : ITrigger
{
    private readonly QuadraticForm _form;
    private readonly BandScale _scale;
    private readonly bool _isGiven;
    private long _planVersion;

    public NoTradeEllipsoidTrigger(Options options, IReadOnlyList<string> symbols, PolicyTier tier)
    {
        _form = new QuadraticForm(symbols.Count);
        _scale = options.ScaleFor(tier);
        _isGiven = options.HalfAxisBps.Count > 0;
        if (_isGiven)
            _form.SetDiagonal([.. symbols.Select(symbol => options.HalfAxisBps.TryGetValue(symbol, out double bps) ? 1 / Square(new Bps(bps).Fraction) : 0)]);
    }

    public bool Fires(RebalanceCycle cycle) => Distance(cycle) > Limit(cycle);

    /// <summary>Without a region nothing that prices do makes it fire.</summary>
    public TriggerFence Fence(RebalanceCycle cycle) => HasRegion(cycle) ? _form.Fence(cycle, Limit(cycle)) : TriggerFence.Endless;

    /// <summary>The square roots of both sides: so they grow as the drift does.</summary>
    public TriggerReading Read(RebalanceCycle cycle) =>
        HasRegion(cycle) ? new(Math.Sqrt(Distance(cycle)), _scale.At(cycle), TriggerUnit.Fraction) : TriggerReading.None;

    private double Distance(RebalanceCycle cycle) =>
        HasRegion(cycle) && !double.IsNaN(cycle.MaxDrift) ? _form.At(cycle.Drift) : double.NaN;

    private double Limit(RebalanceCycle cycle) => Square(_scale.At(cycle));

    private bool HasRegion(RebalanceCycle cycle)
    {
        if (_isGiven)
            return true;
        Planning.Plan plan = cycle.Market.Plan;
        if (!plan.Has(PlanParts.Ellipsoid))
            return false;
        if (plan.Version != _planVersion)
        {
            _planVersion = plan.Version;
            _form.Set(plan.Region);
        }
        return true;
    }

    private static double Square(double number) => number * number;

    /// <summary>Options of <c>no-trade-ellipsoid</c>.</summary>
    public sealed record Options : BandOptions
    {
        /// <summary>
        /// How far each asset alone may drift, by symbol, in basis points of the portfolio; an asset that is not named may drift as it
        /// likes. Without any the region is the plan's.
        /// </summary>
        public Dictionary<string, double> HalfAxisBps { get; set; } = [];

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets) =>
            Bands.Problems("halfAxisBps", HalfAxisBps, assets);
    }
}
