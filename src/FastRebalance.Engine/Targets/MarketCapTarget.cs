using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// Weights in proportion to supply times price, none above a cap: what the cap cuts off goes to the others in proportion. The weights
/// follow the prices, so a portfolio at target without a cap stays there by itself; what it trades on is the cap, its cash and the chain.
/// </summary>
public sealed class MarketCapTarget : ITarget
{
    private readonly double[] _supplies;
    private readonly bool[] _isCapped;
    private readonly double _share;
    private readonly double _cap;
    private readonly int _numeraire;
    private readonly double _cash;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; one without a supply has target zero.</param>
    /// <param name="numeraire">Takes <see cref="Options.Cash"/>.</param>
    public MarketCapTarget(Options options, IReadOnlyList<string> symbols, AssetId numeraire)
    {
        _supplies = WeightOptions.Row(options.Supplies, symbols);
        _isCapped = new bool[symbols.Count];
        _cap = options.MaxWeight;
        _numeraire = numeraire.Index;
        _cash = options.Cash;
        _share = 1 - options.Cash;
    }

    public void Aim(RebalanceCycle cycle)
    {
        ReadOnlySpan<double> prices = cycle.Market.Prices;
        double[] weights = cycle.Targets;
        for (int i = 0; i < weights.Length; i++)
            weights[i] = _supplies[i] * prices[i];
        Array.Clear(_isCapped);
        while (!IsBelowCap(weights))
        {
            // Each round caps one more asset at least, so it ends.
        }
        weights[_numeraire] += _cash;
    }

    /// <summary>Scales what is not capped to fill what the capped leave; false when that brings another one to the cap.</summary>
    private bool IsBelowCap(double[] weights)
    {
        double free = 0, left = _share;
        for (int i = 0; i < weights.Length; i++)
        {
            if (_isCapped[i])
                left -= _cap;
            else
                free += weights[i];
        }
        bool isBelow = true;
        for (int i = 0; i < weights.Length; i++)
        {
            if (_isCapped[i] || weights[i] == 0)
                continue;
            weights[i] *= left / free;
            if (!(weights[i] > _cap))
                continue;
            weights[i] = _cap;
            _isCapped[i] = true;
            isBelow = false;
        }
        return isBelow;
    }

    /// <summary>Options of <c>market-cap</c>.</summary>
    public sealed record Options : IRiskyOptions
    {
        private const double RoundingMargin = 1e-12;

        /// <summary>Whole tokens in circulation, by asset symbol.</summary>
        public Dictionary<string, double> Supplies { get; set; } = [];

        /// <summary>No asset gets more than this fraction of the portfolio.</summary>
        public double MaxWeight { get; set; } = 1;

        /// <summary>Fraction of the portfolio that stays in the numeraire.</summary>
        public double Cash { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (Supplies.Count == 0)
                yield return new("supplies", "none", "the supply of every asset to hold, in whole tokens");
            foreach (OptionProblem problem in WeightOptions.NumberProblems(
                "supplies", Supplies, assets, s => s > 0 && double.IsFinite(s), "a number of tokens above 0"))
                yield return problem;
            foreach (OptionProblem problem in WeightOptions.FractionProblems("cash", Cash))
                yield return problem;
            if (!(MaxWeight > 0 && MaxWeight <= 1))
                yield return new("maxWeight", $"{MaxWeight}", "a fraction above 0 and at most 1");
            else if (Supplies.Count > 0 && MaxWeight * Supplies.Count < 1 - Cash - RoundingMargin)
                yield return new("maxWeight", $"{MaxWeight} for each of {Supplies.Count} assets", $"at least {(1 - Cash) / Supplies.Count}: they could not fill the portfolio");
        }

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("supplies", Supplies.Keys, numeraire);
    }
}
