using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Sizing;

/// <summary>
/// Goes a fixed part of the way: a weight w lands at w + s (target - w). The recentering speed of Index Coop's flexible leverage; at s = 1
/// it is <c>to-target</c>.
/// </summary>
public sealed class ToFractionSizer(ToFractionSizer.Options options, SizingConstraints constraints) : ISizer
{
    private readonly TradeMatcher _matcher = new(constraints, options.MinTradeNumeraire);
    private readonly double _speed = options.Speed;

    public void Size(RebalanceCycle cycle)
    {
        Span<double> surplus = _matcher.Surplus;
        for (int i = 0; i < surplus.Length; i++)
            surplus[i] = _speed * cycle.Drift[i] * cycle.TotalNumeraire;
        _matcher.Match(cycle);
    }

    /// <summary>Options of <c>to-fraction</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Part of the way to the target that one order goes, above 0 and at most 1.</summary>
        public double Speed { get; set; }

        /// <summary>Trades worth less stay undone.</summary>
        public double MinTradeNumeraire { get; set; } = 10;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(Speed is > 0 and <= 1))
                yield return new("speed", $"{Speed}", "a fraction above 0 and at most 1");
            if (!(MinTradeNumeraire > 0 && double.IsFinite(MinTradeNumeraire)))
                yield return new("minTradeNumeraire", $"{MinTradeNumeraire}", "a number above 0");
        }
    }
}
