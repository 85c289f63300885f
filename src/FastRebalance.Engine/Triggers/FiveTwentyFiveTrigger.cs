using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// The 5/25 rule (Swedroe): a weight may be off by 5 % of the portfolio or by 25 % of its target, whichever is less; the two meet at a
/// target of 20 %. A target of zero has no fractions: there the band is a dust of the portfolio.
/// </summary>
public sealed class FiveTwentyFiveTrigger(FiveTwentyFiveTrigger.Options options, int assetCount, PolicyTier tier) : ITrigger
{
    private readonly double _absolute = new Bps(options.AbsoluteBps).Fraction;
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
            _halfWidths[i] = scale * (cycle.Targets[i] == 0 ? _dust : Math.Min(_absolute, _fraction * Math.Abs(cycle.Targets[i])));
        return _halfWidths;
    }

    /// <summary>Options of <c>five-twenty-five</c>.</summary>
    public sealed record Options : BandOptions
    {
        /// <summary>Widest half of a band, in basis points of the portfolio.</summary>
        public double AbsoluteBps { get; set; } = 500;

        /// <summary>And no wider than this, in per cent of the target weight.</summary>
        public double RelativePercent { get; set; } = 25;

        /// <summary>What may be held of an asset whose target is zero, in basis points of the portfolio.</summary>
        public double DustBps { get; set; } = 10;

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets)
        {
            if (!Bands.IsWidth(AbsoluteBps))
                yield return new("absoluteBps", $"{AbsoluteBps}", Bands.WidthWanted);
            if (!(RelativePercent is > 0 and <= 1000))
                yield return new("relativePercent", $"{RelativePercent}", "per cent of the target, above 0 and at most 1000");
            if (!Bands.IsWidth(DustBps))
                yield return new("dustBps", $"{DustBps}", Bands.WidthWanted);
        }
    }
}
