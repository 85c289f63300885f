using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Sizing;

/// <summary>
/// Trades an asset that is outside its band back to the nearer edge, and leaves the others alone: the least that a proportional cost asks
/// for (Davis and Norman 1990; Leland 2000). With gas it trades far too often: land inside then, as <c>to-region</c> does.
/// </summary>
/// <remarks>
/// Cash takes what the others leave over. Where that would put cash outside its own band, the assets on its other side help it to the edge
/// in proportion to their drift, so that the weights still add up to one and no asset goes across its target.
/// </remarks>
public sealed class ToEdgeSizer : ISizer
{
    private readonly TradeMatcher _matcher;
    private readonly double[] _bands;

    public ToEdgeSizer(Options options, IReadOnlyList<string> symbols, SizingConstraints constraints)
    {
        _matcher = new TradeMatcher(constraints, options.MinTradeNumeraire);
        _bands = new double[symbols.Count];
        for (int i = 0; i < _bands.Length; i++)
            _bands[i] = new Bps(options.PerAsset.GetValueOrDefault(symbols[i], options.AbsoluteBps)).Fraction;
    }

    public void Size(RebalanceCycle cycle)
    {
        Span<double> surplus = _matcher.Surplus;
        for (int i = 0; i < surplus.Length; i++)
            surplus[i] = Landing.Beyond(cycle.Drift[i], _bands[i]) * cycle.TotalNumeraire;
        _matcher.Match(cycle, cashIsResidual: true, _bands[cycle.Numeraire.Index]);
    }

    /// <summary>Options of <c>to-edge</c>; the band is the trigger's.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Half the band's width, in basis points of the portfolio.</summary>
        public double AbsoluteBps { get; set; }

        /// <summary>Other half widths by asset symbol, in basis points.</summary>
        public Dictionary<string, double> PerAsset { get; set; } = [];

        /// <summary>Trades worth less stay undone.</summary>
        public double MinTradeNumeraire { get; set; } = 10;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(AbsoluteBps > 0 && AbsoluteBps < Bps.PerUnit))
                yield return new("absoluteBps", $"{AbsoluteBps}", "a number above 0 and below 10000");
            foreach ((string symbol, double band) in PerAsset)
            {
                if (!assets.Contains(symbol))
                    yield return new($"perAsset.{symbol}", "an asset that is not configured", $"one of {string.Join(", ", assets)}");
                if (!(band >= 0 && band < Bps.PerUnit))
                    yield return new($"perAsset.{symbol}", $"{band}", "a number from 0 and below 10000");
            }
            if (!(MinTradeNumeraire > 0 && double.IsFinite(MinTradeNumeraire)))
                yield return new("minTradeNumeraire", $"{MinTradeNumeraire}", "a number above 0");
        }
    }
}
