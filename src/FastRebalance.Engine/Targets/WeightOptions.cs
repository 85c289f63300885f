using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>What options with a number per asset have in common: how they are checked, and how they become a row of numbers.</summary>
internal static class WeightOptions
{
    /// <summary>How far weights may be from adding up to one.</summary>
    public const double SumTolerance = 1e-9;

    /// <summary>Every asset that is configured, or every one but the cash.</summary>
    public const string All = "*";

    /// <summary>By asset; one without an entry has zero.</summary>
    public static double[] Row(Dictionary<string, double> numbers, IReadOnlyList<string> symbols)
    {
        double[] row = new double[symbols.Count];
        for (int i = 0; i < row.Length; i++)
            row[i] = numbers.GetValueOrDefault(symbols[i]);
        return row;
    }

    /// <summary>Indices of the named assets, in the order of the assets.</summary>
    /// <param name="named">Symbols, or <see cref="All"/>.</param>
    /// <param name="symbols">Every asset.</param>
    /// <param name="without">An asset that <see cref="All"/> leaves out; -1 for none.</param>
    public static int[] Indices(IReadOnlyCollection<string> named, IReadOnlyList<string> symbols, int without = -1) =>
        [.. Enumerable.Range(0, symbols.Count).Where(i => i != without && (named.Contains(All) || named.Contains(symbols[i])))];

    /// <summary>Mistakes in weights that are to add up to one.</summary>
    public static IEnumerable<OptionProblem> WeightProblems(string field, Dictionary<string, double> weights, IReadOnlyCollection<string> assets)
    {
        if (weights.Count == 0)
        {
            yield return new(field, "none", "one weight per asset to hold, adding up to 1");
            yield break;
        }
        foreach (OptionProblem problem in NumberProblems(field, weights, assets, w => w is >= 0 and <= 1, "a fraction from 0 to 1"))
            yield return problem;
        double sum = weights.Values.Sum();
        if (!(Math.Abs(sum - 1) <= SumTolerance))
            yield return new(field, $"weights that add up to {sum}", "weights that add up to 1");
    }

    /// <summary>Mistakes in numbers by asset.</summary>
    public static IEnumerable<OptionProblem> NumberProblems(
        string field, Dictionary<string, double> numbers, IReadOnlyCollection<string> assets, Func<double, bool> isRight, string wanted)
    {
        foreach ((string symbol, double number) in numbers)
        {
            if (!assets.Contains(symbol))
                yield return new($"{field}.{symbol}", "an asset that is not configured", $"one of {string.Join(", ", assets)}");
            if (!isRight(number))
                yield return new($"{field}.{symbol}", $"{number}", wanted);
        }
    }

    /// <summary>Mistakes in a list of assets.</summary>
    public static IEnumerable<OptionProblem> AssetProblems(string field, List<string> named, IReadOnlyCollection<string> assets)
    {
        string wanted = $"\"{All}\", or some of {string.Join(", ", assets)}";
        if (named.Count == 0)
            yield return new(field, "none", wanted);
        foreach (string symbol in named)
            if (!assets.Contains(symbol) && symbol != All)
                yield return new(field, $"\"{symbol}\", an asset that is not configured", wanted);
        if (named.Distinct(StringComparer.Ordinal).Count() < named.Count || (named.Contains(All) && named.Count > 1))
            yield return new(field, string.Join(", ", named), "each asset once");
    }

    /// <summary>A mistake where the cash stands among risky assets.</summary>
    public static IEnumerable<OptionProblem> CashProblems(string field, IEnumerable<string> named, string numeraire)
    {
        if (named.Contains(numeraire))
            yield return new(field, $"{numeraire}, the numeraire", "risky assets: the numeraire is the cash");
    }

    /// <summary>Mistakes in expected returns.</summary>
    public static IEnumerable<OptionProblem> ReturnProblems(string field, Dictionary<string, double> returns, IReadOnlyCollection<string> assets)
    {
        if (returns.Count == 0)
            yield return new(field, "none", "the expected return per year of every asset to hold, above that of cash");
        foreach (OptionProblem problem in NumberProblems(field, returns, assets, r => r is >= -10 and <= 10, "a return per year from -10 to 10"))
            yield return problem;
    }

    public static IEnumerable<OptionProblem> CapProblems(string field, double fraction)
    {
        if (!(fraction is > 0 and <= 1))
            yield return new(field, $"{fraction}", "a fraction above 0 and at most 1");
    }

    public static IEnumerable<OptionProblem> FractionProblems(string field, double fraction)
    {
        if (!(fraction is >= 0 and < 1))
            yield return new(field, $"{fraction}", "a fraction from 0 and below 1");
    }
}
