using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// The long-only weights with the most expected return less γ/2 times the variance, cash among them (Markowitz 1952, Merton 1969). Errors in
/// the expected returns come out magnified: they are the operator's view, and no estimate is made of them here.
/// </summary>
public sealed class MeanVarianceTarget : OptimisedTarget
{
    private readonly double[] _means;
    private readonly double[] _upper;
    private readonly double _riskAversion;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; one without an expected return has target zero.</param>
    /// <param name="numeraire">The cash.</param>
    public MeanVarianceTarget(Options options, IReadOnlyList<string> symbols, AssetId numeraire)
        : this(options, symbols, RiskyMix.Of(options.ExpectedReturns.Keys, symbols, numeraire))
    {
    }

    private MeanVarianceTarget(Options options, IReadOnlyList<string> symbols, RiskyMix mix)
        : base(mix, exposure: 1)
    {
        _means = [.. mix.Row(options.ExpectedReturns, symbols), 0];
        _upper = new double[_means.Length];
        Array.Fill(_upper, options.MaxWeight);
        _upper[^1] = 1;
        _riskAversion = options.RiskAversion;
    }

    /// <summary>Cash is one asset more, without return or risk.</summary>
    private protected override OptimiserStatus Solve(double[] covariance, double[] mix)
    {
        int n = mix.Length, all = n + 1;
        double[] withCash = new double[all * all], weights = new double[all];
        for (int i = 0; i < n; i++)
            covariance.AsSpan(i * n, n).CopyTo(withCash.AsSpan(i * all));
        OptimiserStatus status = MeanVariance.Solve(withCash, _means, _riskAversion, [], [], [], _upper, weights);
        weights.AsSpan(0, n).CopyTo(mix);
        return status;
    }

    /// <summary>Options of <c>mean-variance</c>.</summary>
    public sealed record Options : IRiskyOptions
    {
        /// <summary>Expected return per year above that of cash, by asset symbol: 0.1 for ten per cent.</summary>
        public Dictionary<string, double> ExpectedReturns { get; set; } = [];

        /// <summary>γ: the more, the less is at risk.</summary>
        public double RiskAversion { get; set; } = 5;

        /// <summary>No asset but the cash gets more than this fraction of the portfolio.</summary>
        public double MaxWeight { get; set; } = 1;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            foreach (OptionProblem problem in WeightOptions.ReturnProblems("expectedReturns", ExpectedReturns, assets))
                yield return problem;
            if (!(RiskAversion is > 0 and <= 1000))
                yield return new("riskAversion", $"{RiskAversion}", "a number above 0 and at most 1000");
            foreach (OptionProblem problem in WeightOptions.CapProblems("maxWeight", MaxWeight))
                yield return problem;
        }

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("expectedReturns", ExpectedReturns.Keys, numeraire);
    }
}
