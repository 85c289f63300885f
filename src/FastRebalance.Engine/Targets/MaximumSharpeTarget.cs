using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// The long-only weights with the most expected return per volatility. Where no asset is expected to earn more than cash, everything is cash.
/// </summary>
public sealed class MaximumSharpeTarget : OptimisedTarget
{
    private readonly double[] _means;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; one without an expected return has target zero.</param>
    /// <param name="numeraire">The cash.</param>
    public MaximumSharpeTarget(Options options, IReadOnlyList<string> symbols, AssetId numeraire)
        : this(options, symbols, RiskyMix.Of(options.ExpectedReturns.Keys, symbols, numeraire))
    {
    }

    private MaximumSharpeTarget(Options options, IReadOnlyList<string> symbols, RiskyMix mix)
        : base(mix, 1 - options.Cash) => _means = mix.Row(options.ExpectedReturns, symbols);

    private protected override OptimiserStatus Solve(double[] covariance, double[] mix)
    {
        if (_means.All(mean => mean <= 0))
            return OptimiserStatus.Solved; // nothing of anything
        return MaximumSharpe.Solve(covariance, _means, mix);
    }

    /// <summary>Options of <c>maximum-sharpe</c>.</summary>
    public sealed record Options : IRiskyOptions
    {
        /// <summary>Expected return per year above that of cash, by asset symbol: 0.1 for ten per cent.</summary>
        public Dictionary<string, double> ExpectedReturns { get; set; } = [];

        /// <summary>Fraction of the portfolio that stays in the numeraire.</summary>
        public double Cash { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets) =>
            [.. WeightOptions.ReturnProblems("expectedReturns", ExpectedReturns, assets), .. WeightOptions.FractionProblems("cash", Cash)];

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("expectedReturns", ExpectedReturns.Keys, numeraire);
    }
}
