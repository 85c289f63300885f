using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Targets;

/// <summary>A given mix, as much of it as has the wanted volatility; the rest is cash. Nothing is borrowed.</summary>
public sealed class VolatilityTargetTarget : OptimisedTarget
{
    private readonly double[] _mix;
    private readonly double _volatility;
    private readonly double _maxExposure;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; one without a weight has target zero.</param>
    /// <param name="numeraire">The cash.</param>
    public VolatilityTargetTarget(Options options, IReadOnlyList<string> symbols, AssetId numeraire)
        : this(options, symbols, RiskyMix.Of(options.Weights.Keys, symbols, numeraire))
    {
    }

    private VolatilityTargetTarget(Options options, IReadOnlyList<string> symbols, RiskyMix mix)
        : base(mix, exposure: 1)
    {
        _mix = mix.Row(options.Weights, symbols);
        _volatility = options.Volatility;
        _maxExposure = options.MaxExposure;
    }

    /// <summary>The mix is given: there is nothing for a guard rail to hold.</summary>
    public override IReadOnlyList<int> Chosen => [];

    /// <summary>A mix without any variance is one that nothing is known of, not one to hold to the cap.</summary>
    private protected override OptimiserStatus Solve(double[] covariance, double[] mix) => covariance.All(entry => entry == 0)
        ? OptimiserStatus.BadInput
        : VolatilityTarget.Solve(covariance, _mix, _volatility, _maxExposure, mix);

    /// <summary>Options of <c>volatility-target</c>.</summary>
    public sealed record Options : IRiskyOptions
    {
        /// <summary>Weights of the risky assets among themselves, by symbol; they add up to one.</summary>
        public Dictionary<string, double> Weights { get; set; } = [];

        /// <summary>Volatility wanted of the portfolio, per square root of a year: 0.2 for twenty per cent.</summary>
        public double Volatility { get; set; }

        /// <summary>Largest fraction of the portfolio in risky assets.</summary>
        public double MaxExposure { get; set; } = 1;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            foreach (OptionProblem problem in WeightOptions.WeightProblems("weights", Weights, assets))
                yield return problem;
            if (!(Volatility is > 0 and <= 10))
                yield return new("volatility", $"{Volatility}", "a number above 0 and at most 10, such as 0.2");
            foreach (OptionProblem problem in WeightOptions.CapProblems("maxExposure", MaxExposure))
                yield return problem;
        }

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("weights", Weights.Keys, numeraire);
    }
}
