using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Targets;

/// <summary>The weights at which every asset has its share in the portfolio's variance: the same share, or budgets.</summary>
public sealed class RiskParityTarget : OptimisedTarget
{
    private readonly double[] _budgets;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order.</param>
    /// <param name="numeraire">The cash.</param>
    public RiskParityTarget(Options options, IReadOnlyList<string> symbols, AssetId numeraire)
        : this(options, symbols, RiskyMix.Of(options.Budgets.Count > 0 ? options.Budgets.Keys : options.Assets, symbols, numeraire))
    {
    }

    private RiskParityTarget(Options options, IReadOnlyList<string> symbols, RiskyMix mix)
        : base(mix, 1 - options.Cash)
    {
        _budgets = new double[mix.Count];
        Array.Fill(_budgets, 1);
        if (options.Budgets.Count > 0)
            _budgets = mix.Row(options.Budgets, symbols);
    }

    private protected override OptimiserStatus Solve(double[] covariance, double[] mix) => RiskBudget.Solve(covariance, _budgets, mix);

    /// <summary>Options of <c>risk-parity</c>.</summary>
    public sealed record Options : IRiskyOptions
    {
        /// <summary>Symbols of assets that share the risk equally; <c>"*"</c> for every asset but the numeraire.</summary>
        public List<string> Assets { get; set; } = [WeightOptions.All];

        /// <summary>Shares of the risk by asset symbol, in proportion; empty for equal shares of <see cref="Assets"/>.</summary>
        public Dictionary<string, double> Budgets { get; set; } = [];

        /// <summary>Fraction of the portfolio that stays in the numeraire.</summary>
        public double Cash { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            foreach (OptionProblem problem in WeightOptions.AssetProblems("assets", Assets, assets))
                yield return problem;
            foreach (OptionProblem problem in WeightOptions.NumberProblems(
                "budgets", Budgets, assets, b => b > 0 && double.IsFinite(b), "a share above 0"))
                yield return problem;
            if (Budgets.Count > 0 && !Assets.Contains(WeightOptions.All))
                yield return new("budgets", "budgets beside assets", "one of the two: budgets name their assets");
            foreach (OptionProblem problem in WeightOptions.FractionProblems("cash", Cash))
                yield return problem;
        }

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            [.. WeightOptions.CashProblems("assets", Assets, numeraire), .. WeightOptions.CashProblems("budgets", Budgets.Keys, numeraire)];
    }
}
