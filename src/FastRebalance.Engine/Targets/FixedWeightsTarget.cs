using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>The same weights, always.</summary>
public sealed class FixedWeightsTarget : ITarget
{
    /// <summary>How far the weights may be from adding up to one.</summary>
    public const double SumTolerance = 1e-9;

    private readonly double[] _weights;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; an asset without a weight has target zero.</param>
    public FixedWeightsTarget(Options options, IReadOnlyList<string> symbols)
    {
        _weights = new double[symbols.Count];
        for (int i = 0; i < symbols.Count; i++)
            _weights[i] = options.Weights.GetValueOrDefault(symbols[i]);
    }

    public bool IsConstant => true;

    public void Aim(RebalanceCycle cycle) => _weights.CopyTo(cycle.Targets, 0);

    /// <summary>Options of <c>fixed-weights</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Fraction of the portfolio by asset symbol; they add up to one.</summary>
        public Dictionary<string, double> Weights { get; set; } = [];

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (Weights.Count == 0)
            {
                yield return new("weights", "none", "one weight per asset to hold, adding up to 1");
                yield break;
            }
            foreach ((string symbol, double weight) in Weights)
            {
                if (!assets.Contains(symbol))
                    yield return new($"weights.{symbol}", "an asset that is not configured", $"one of {string.Join(", ", assets)}");
                if (!(weight >= 0 && weight <= 1))
                    yield return new($"weights.{symbol}", $"{weight}", "a fraction from 0 to 1");
            }
            double sum = Weights.Values.Sum();
            if (!(Math.Abs(sum - 1) <= SumTolerance))
                yield return new("weights", $"weights that add up to {sum}", "weights that add up to 1");
        }
    }
}
