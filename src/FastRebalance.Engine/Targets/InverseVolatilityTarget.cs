using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Targets;

/// <summary>Weights in proportion to one over the volatility.</summary>
/// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
/// <param name="symbols">Symbols of all assets, in order.</param>
/// <param name="numeraire">The cash.</param>
public sealed class InverseVolatilityTarget(InverseVolatilityTarget.Options options, IReadOnlyList<string> symbols, AssetId numeraire)
    : OptimisedTarget(RiskyMix.Of(options.Assets, symbols, numeraire), 1 - options.Cash)
{
    private protected override OptimiserStatus Solve(double[] covariance, double[] mix) => InverseVolatility.Solve(covariance, mix);

    /// <summary>Options of <c>inverse-volatility</c>.</summary>
    public sealed record Options : IRiskyOptions
    {
        /// <summary>Symbols; <c>"*"</c> for every asset but the numeraire.</summary>
        public List<string> Assets { get; set; } = [WeightOptions.All];

        /// <summary>Fraction of the portfolio that stays in the numeraire.</summary>
        public double Cash { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets) =>
            [.. WeightOptions.AssetProblems("assets", Assets, assets), .. WeightOptions.FractionProblems("cash", Cash)];

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("assets", Assets, numeraire);
    }
}
