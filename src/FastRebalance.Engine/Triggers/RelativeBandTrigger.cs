using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires when a weight is off by more than a fraction of its target: |w/w* - 1| &gt; ρ, as bt's RunIfOutOfBounds. A negative target counts
/// by its size. A target of zero has no fractions: there the band is a dust of the portfolio.
/// </summary>
public sealed class RelativeBandTrigger(RelativeBandTrigger.Options options, int assetCount, PolicyTier tier) : ITrigger
{
    private readonly double _fraction = options.RelativePercent / 100;
    private readonly double _dust = new Bps(options.DustBps).Fraction;
    private readonly BandScale _scale = options.ScaleFor(tier);
    private readonly double[] _halfWidths = new double[assetCount];

    public bool Fires(RebalanceCycle cycle) => Bands.AnyOutside(cycle, HalfWidths(cycle));

    public TriggerFence Fence(RebalanceCycle cycle) => Bands.Fence(cycle, HalfWidths(cycle));

    public TriggerReading Read(RebalanceCycle cycle) => Bands.Nearest(cycle, HalfWidths(cycle));

    public double HalfWidth(RebalanceCycle cycle, AssetId asset) => HalfWidths(cycle)[asset.Index];

    private ReadOnlySpan<double> HalfWidths(RebalanceCycle cycle)
    {
        double scale = _scale.At(cycle);
        for (int i = 0; i < _halfWidths.Length; i++)
            _halfWidths[i] = scale * (cycle.Targets[i] == 0 ? _dust : _fraction * Math.Abs(cycle.Targets[i]));
        return _halfWidths;
    }

    /// <summary>Options of <c>relative-band</c>.</summary>
    public sealed record Options : BandOptions
    {
        /// <summary>Half the band's width, in per cent of the target weight: with 25, a target of 20 % may be 15 % to 25 %.</summary>
        public double RelativePercent { get; set; }

        /// <summary>What may be held of an asset whose target is zero, in basis points of the portfolio.</summary>
        public double DustBps { get; set; } = 10;

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets)
        {
            if (!(RelativePercent is > 0 and <= 1000))
                yield return new("relativePercent", $"{RelativePercent}", "per cent of the target, above 0 and at most 1000");
            if (!Bands.IsWidth(DustBps))
                yield return new("dustBps", $"{DustBps}", Bands.WidthWanted);
        }
    }
}
