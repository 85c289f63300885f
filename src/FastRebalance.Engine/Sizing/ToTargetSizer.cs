using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Sizing;

/// <summary>Trades every asset back to its target weight, or so far towards it as one order may move a weight.</summary>
public sealed class ToTargetSizer : ISizer
{
    private readonly TradeMatcher _matcher;
    private readonly double _maxStep;

    public ToTargetSizer(Options options, int assetCount)
        : this(options, new SizingConstraints(assetCount))
    {
    }

    public ToTargetSizer(Options options, SizingConstraints constraints)
    {
        _matcher = new TradeMatcher(constraints, options.MinTradeNumeraire);
        _maxStep = options.MaxStepBps > 0 ? new Bps(options.MaxStepBps).Fraction : double.PositiveInfinity;
    }

    public void Size(RebalanceCycle cycle)
    {
        Span<double> surplus = _matcher.Surplus;
        for (int i = 0; i < surplus.Length; i++)
            surplus[i] = Math.Clamp(cycle.Drift[i], -_maxStep, _maxStep) * cycle.TotalNumeraire;
        _matcher.Match(cycle, cashIsResidual: double.IsFinite(_maxStep));
    }

    /// <summary>Options of <c>to-target</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Trades worth less stay undone.</summary>
        public double MinTradeNumeraire { get; set; } = 10;

        /// <summary>Most that one order changes the weight of an asset, in basis points of the portfolio; cash takes the rest. 0: no limit.</summary>
        public double MaxStepBps { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(MinTradeNumeraire > 0 && double.IsFinite(MinTradeNumeraire)))
                yield return new("minTradeNumeraire", $"{MinTradeNumeraire}", "a number above 0");
            if (!(MaxStepBps >= 0 && MaxStepBps <= Bps.PerUnit))
                yield return new("maxStepBps", $"{MaxStepBps}", "a number from 0 to 10000");
        }
    }
}
