using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Planning;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// A band around each target that follows the plan's estimates. How is said outright, because the ways point in opposite directions:
/// <list type="bullet">
/// <item><c>tracking-error</c>: b = TE / σ, so that each asset alone may add so much tracking error; narrower as volatility rises.</item>
/// <item><c>cost</c>: b = b₀ (ε / ε₀)^⅓, as the optimal no-trade region; wider as trading gets dearer.</item>
/// <item><c>noise</c>: b = z σ √τ w*(1 - w*), so that usual moves over a horizon stay inside; wider as volatility rises.</item>
/// </list>
/// Before a plan has brought the estimates it does not fire. Cash, and an asset whose estimate is zero, have no band of their own.
/// </summary>
/// <remarks>An estimate takes effect when it has moved by more than the hysteresis, so that bands do not flap with it.</remarks>
public sealed class VolatilityBandTrigger(VolatilityBandTrigger.Options options, int assetCount, PolicyTier tier) : ITrigger
{
    private const double SecondsPerYear = 365.25 * 86_400;

    private readonly BandScale _scale = options.ScaleFor(tier);
    private readonly double[] _estimates = new double[assetCount];
    private readonly double[] _halfWidths = new double[assetCount];
    private readonly double _narrowest = new Bps(options.MinBps).Fraction;
    private readonly double _widest = new Bps(options.MaxBps).Fraction;
    private readonly double _rootHorizonYears = Math.Sqrt(options.Horizon.TotalSeconds / SecondsPerYear);
    private readonly PlanParts _needs = options.Mode == Options.Cost ? PlanParts.Regions : PlanParts.Estimates;
    private long _planVersion;

    public bool Fires(RebalanceCycle cycle) => HasPlan(cycle) && Bands.AnyOutside(cycle, HalfWidths(cycle));

    /// <summary>Without a plan nothing that prices do makes it fire.</summary>
    public TriggerFence Fence(RebalanceCycle cycle) => HasPlan(cycle) ? Bands.Fence(cycle, HalfWidths(cycle)) : TriggerFence.Endless;

    public TriggerReading Read(RebalanceCycle cycle) => HasPlan(cycle) ? Bands.Nearest(cycle, HalfWidths(cycle)) : TriggerReading.None;

    public double HalfWidth(RebalanceCycle cycle, AssetId asset) => HasPlan(cycle) ? HalfWidths(cycle)[asset.Index] : double.PositiveInfinity;

    private bool HasPlan(RebalanceCycle cycle)
    {
        Plan plan = cycle.Market.Plan;
        if (!plan.Has(_needs))
            return false;
        if (plan.Version != _planVersion)
            TakeEstimates(plan);
        return true;
    }

    private void TakeEstimates(Plan plan)
    {
        _planVersion = plan.Version;
        for (int i = 0; i < assetCount; i++)
        {
            double estimate = options.Mode == Options.Cost ? plan.Assets[i].Cost : plan.Assets[i].Volatility;
            if (Math.Abs(estimate - _estimates[i]) > options.Hysteresis * _estimates[i] || estimate == 0)
                _estimates[i] = estimate;
        }
    }

    private ReadOnlySpan<double> HalfWidths(RebalanceCycle cycle)
    {
        double scale = _scale.At(cycle);
        for (int i = 0; i < assetCount; i++)
            _halfWidths[i] = i == cycle.Numeraire.Index || _estimates[i] == 0
                ? double.PositiveInfinity
                : scale * Math.Clamp(Width(_estimates[i], cycle.Targets[i]), _narrowest, _widest);
        return _halfWidths;
    }

    private double Width(double estimate, double target) => options.Mode switch
    {
        Options.TrackingError => new Bps(options.TrackingErrorBps).Fraction / estimate,
        Options.Cost => new Bps(options.AbsoluteBps).Fraction * Math.Cbrt(estimate / new Bps(options.ReferenceCostBps).Fraction),
        _ => options.Sigmas * estimate * _rootHorizonYears * Math.Abs(target * (1 - target)),
    };

    /// <summary>Options of <c>volatility-band</c>.</summary>
    public sealed record Options : BandOptions
    {
        internal const string TrackingError = "tracking-error", Cost = "cost", Noise = "noise";

        /// <summary><c>tracking-error</c>, <c>cost</c> or <c>noise</c>.</summary>
        public string Mode { get; set; } = "";

        /// <summary>In <c>tracking-error</c>: what one asset may add, in basis points per square root of a year.</summary>
        public double TrackingErrorBps { get; set; }

        /// <summary>In <c>cost</c>: the band at <see cref="ReferenceCostBps"/>, in basis points of the portfolio.</summary>
        public double AbsoluteBps { get; set; }

        /// <summary>In <c>cost</c>: the one-way cost at which the band is <see cref="AbsoluteBps"/>, in basis points of the trade.</summary>
        public double ReferenceCostBps { get; set; } = 30;

        /// <summary>In <c>noise</c>: how many standard deviations of drift stay inside.</summary>
        public double Sigmas { get; set; }

        /// <summary>In <c>noise</c>: drift over this time.</summary>
        public TimeSpan Horizon { get; set; } = TimeSpan.FromDays(1);

        /// <summary>Narrowest half of a band, before stress.</summary>
        public double MinBps { get; set; } = 10;

        /// <summary>Widest half of a band, before stress.</summary>
        public double MaxBps { get; set; } = 1000;

        /// <summary>How far an estimate must move from the one in use, as a fraction of that, before the band follows.</summary>
        public double Hysteresis { get; set; } = 0.1;

        /// <inheritdoc/>
        public override IEnumerable<OptionProblem> Problems(PolicyTier tier)
        {
            foreach (OptionProblem problem in base.Problems(tier))
                yield return problem;
            if (tier == PolicyTier.Safety && Mode is Cost or Noise)
                yield return new("mode", $"\"{Mode}\" in the safety tier", $"\"{TrackingError}\": a safety band never widens");
        }

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets)
        {
            if (Mode is not (TrackingError or Cost or Noise))
                yield return new("mode", Mode.Length == 0 ? "nothing" : $"\"{Mode}\"", $"\"{TrackingError}\", \"{Cost}\" or \"{Noise}\"");
            if (Mode == TrackingError && !Bands.IsWidth(TrackingErrorBps))
                yield return new("trackingErrorBps", $"{TrackingErrorBps}", Bands.WidthWanted);
            if (Mode == Cost && !Bands.IsWidth(AbsoluteBps))
                yield return new("absoluteBps", $"{AbsoluteBps}", Bands.WidthWanted);
            if (!Bands.IsWidth(ReferenceCostBps))
                yield return new("referenceCostBps", $"{ReferenceCostBps}", Bands.WidthWanted);
            if (Mode == Noise && !(Sigmas is > 0 and <= 100))
                yield return new("sigmas", $"{Sigmas}", "a number above 0 and at most 100");
            if (Horizon <= TimeSpan.Zero)
                yield return new("horizon", $"{Horizon}", "a time above zero, such as \"1.00:00:00\"");
            if (!Bands.IsWidth(MinBps))
                yield return new("minBps", $"{MinBps}", Bands.WidthWanted);
            if (!(Bands.IsWidth(MaxBps) && MaxBps >= MinBps))
                yield return new("maxBps", $"{MaxBps}", "a number from minBps and below 10000");
            if (!(Hysteresis is >= 0 and < 1))
                yield return new("hysteresis", $"{Hysteresis}", "a fraction from 0 and below 1");
        }
    }
}
