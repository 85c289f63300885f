using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>Fires when any weight is farther from its target than the band: one for all assets, or some with a band of their own.</summary>
public sealed class DriftBandTrigger : ITrigger
{
    private readonly double _band;
    private readonly double[]? _ownBands;
    private readonly double[] _halfWidths;
    private readonly BandScale _scale;

    /// <param name="options">Checked with <see cref="BandOptions.Problems(IReadOnlyCollection{string})"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; needed where assets have bands of their own.</param>
    /// <param name="tier">What the band is for.</param>
    public DriftBandTrigger(Options options, IReadOnlyList<string>? symbols = null, PolicyTier tier = PolicyTier.Economic)
    {
        _band = new Bps(options.AbsoluteBps).Fraction;
        _scale = options.ScaleFor(tier);
        _ownBands = options.PerAsset.Count > 0 ? Bands.From(options.AbsoluteBps, options.PerAsset, symbols ?? []) : null;
        _halfWidths = new double[_ownBands?.Length ?? 0];
    }

    public bool Fires(RebalanceCycle cycle) => _ownBands is null
        ? cycle.MaxDrift > _band * _scale.At(cycle)
        : Bands.AnyOutside(cycle, HalfWidths(cycle));

    public TriggerFence Fence(RebalanceCycle cycle) => _ownBands is null
        ? Bands.Fence(cycle, _band * _scale.At(cycle))
        : Bands.Fence(cycle, HalfWidths(cycle));

    public TriggerReading Read(RebalanceCycle cycle) => _ownBands is null
        ? new TriggerReading(cycle.MaxDrift, _band * _scale.At(cycle), TriggerUnit.Fraction)
        : Bands.Nearest(cycle, HalfWidths(cycle));

    public double HalfWidth(RebalanceCycle cycle, AssetId asset) => (_ownBands?[asset.Index] ?? _band) * _scale.At(cycle);

    private ReadOnlySpan<double> HalfWidths(RebalanceCycle cycle)
    {
        double scale = _scale.At(cycle);
        for (int i = 0; i < _halfWidths.Length; i++)
            _halfWidths[i] = _ownBands![i] * scale;
        return _halfWidths;
    }

    /// <summary>Options of <c>drift-band</c>.</summary>
    public sealed record Options : BandOptions
    {
        /// <summary>Half the band's width, in basis points of the portfolio: with 100, a weight of 50 % may be 49 % to 51 %.</summary>
        public double AbsoluteBps { get; set; }

        /// <summary>Assets with a band of their own, by symbol, in the same basis points.</summary>
        public Dictionary<string, double> PerAsset { get; set; } = [];

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets)
        {
            if (!Bands.IsWidth(AbsoluteBps))
                yield return new("absoluteBps", $"{AbsoluteBps}", Bands.WidthWanted);
            foreach (OptionProblem problem in Bands.Problems("perAsset", PerAsset, assets))
                yield return problem;
        }
    }
}
