using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// The assets an optimiser shares the portfolio out among, and the way between its short rows and those of all assets. What the mix does
/// not take stays in the numeraire.
/// </summary>
internal sealed class RiskyMix(int[] assets, AssetId numeraire)
{
    private readonly int[] _assets = assets;
    private readonly int _numeraire = numeraire.Index;

    /// <summary>Their places among all assets.</summary>
    public IReadOnlyList<int> Assets => _assets;

    public int Count => _assets.Length;

    /// <summary>Every asset but the numeraire, or those named.</summary>
    public static RiskyMix Of(IReadOnlyCollection<string> named, IReadOnlyList<string> symbols, AssetId numeraire) =>
        new(WeightOptions.Indices(named, symbols, numeraire.Index), numeraire);

    /// <summary>Their covariance among themselves.</summary>
    public double[] Covariance(ReadOnlySpan<double> all)
    {
        int width = (int)Math.Round(Math.Sqrt(all.Length));
        double[] among = new double[Count * Count];
        for (int i = 0; i < Count; i++)
            for (int j = 0; j < Count; j++)
                among[(i * Count) + j] = all[(_assets[i] * width) + _assets[j]];
        return among;
    }

    /// <summary>Their numbers, in their order.</summary>
    public double[] Row(Dictionary<string, double> numbers, IReadOnlyList<string> symbols) => [.. _assets.Select(i => numbers[symbols[i]])];

    /// <summary>Writes the weights of all assets; false where the mix cannot be weights.</summary>
    /// <param name="mix">By asset of the mix, nothing below zero, together at most one.</param>
    /// <param name="exposure">Fraction of the portfolio that the mix is of.</param>
    /// <param name="weights">One per asset.</param>
    public bool TryFill(ReadOnlySpan<double> mix, double exposure, Span<double> weights)
    {
        const double Rounding = 1e-9;
        weights.Clear();
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            double weight = exposure * mix[i];
            if (!(weight >= -Rounding && weight <= 1 + Rounding))
                return false;
            weights[_assets[i]] = Math.Max(0, weight);
            sum += weights[_assets[i]];
        }
        if (!(sum <= 1 + Rounding))
            return false;
        if (sum > 1)
            for (int i = 0; i < Count; i++)
                weights[_assets[i]] /= sum;
        weights[_numeraire] += Math.Max(0, 1 - sum);
        return true;
    }
}
