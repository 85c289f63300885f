using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>The same weight for every named asset.</summary>
public sealed class EqualWeightsTarget : ITarget
{
    private readonly double[] _weights;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; one that is not named has target zero.</param>
    public EqualWeightsTarget(Options options, IReadOnlyList<string> symbols)
    {
        _weights = new double[symbols.Count];
        int[] named = WeightOptions.Indices(options.Assets, symbols);
        foreach (int asset in named)
            _weights[asset] = 1.0 / named.Length;
    }

    public bool IsConstant => true;

    public void Aim(RebalanceCycle cycle) => _weights.CopyTo(cycle.Targets, 0);

    /// <summary>Options of <c>equal-weights</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Symbols; <c>"*"</c> for every asset, the numeraire included.</summary>
        public List<string> Assets { get; set; } = [WeightOptions.All];

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets) => WeightOptions.AssetProblems("assets", Assets, assets);
    }
}
