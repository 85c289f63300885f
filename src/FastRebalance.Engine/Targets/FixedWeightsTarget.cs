using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>The same weights, always.</summary>
public sealed class FixedWeightsTarget : ITarget
{
    private readonly double[] _weights;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; an asset without a weight has target zero.</param>
    public FixedWeightsTarget(Options options, IReadOnlyList<string> symbols) => _weights = WeightOptions.Row(options.Weights, symbols);

    public bool IsConstant => true;

    public void Aim(RebalanceCycle cycle) => _weights.CopyTo(cycle.Targets, 0);

    /// <summary>Options of <c>fixed-weights</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Fraction of the portfolio by asset symbol; they add up to one.</summary>
        public Dictionary<string, double> Weights { get; set; } = [];

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets) => WeightOptions.WeightProblems("weights", Weights, assets);
    }
}
