using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Targets;

/// <summary>The long-only weights with the least variance (Markowitz 1952).</summary>
/// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
/// <param name="symbols">Symbols of all assets, in order.</param>
/// <param name="numeraire">The cash.</param>
public sealed class MinimumVarianceTarget(MinimumVarianceTarget.Options options, IReadOnlyList<string> symbols, AssetId numeraire)
    : OptimisedTarget(RiskyMix.Of(options.Assets, symbols, numeraire), 1 - options.Cash)
{
    private readonly double _maxWeight = options.MaxWeight;

    private protected override OptimiserStatus Solve(double[] covariance, double[] mix)
    {
        double[] upper = new double[mix.Length];
        Array.Fill(upper, Math.Max(_maxWeight, 1.0 / mix.Length));
        return MinimumVariance.Solve(covariance, [], upper, mix);
    }

    /// <summary>Options of <c>minimum-variance</c>.</summary>
    public sealed record Options : IRiskyOptions
    {
        /// <summary>Symbols; <c>"*"</c> for every asset but the numeraire.</summary>
        public List<string> Assets { get; set; } = [WeightOptions.All];

        /// <summary>No asset gets more than this share of what is not cash; so few assets that they could not fill it share equally.</summary>
        public double MaxWeight { get; set; } = 1;

        /// <summary>Fraction of the portfolio that stays in the numeraire.</summary>
        public double Cash { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets) =>
        [
            .. WeightOptions.AssetProblems("assets", Assets, assets),
            .. WeightOptions.CapProblems("maxWeight", MaxWeight),
            .. WeightOptions.FractionProblems("cash", Cash),
        ];

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("assets", Assets, numeraire);
    }
}
