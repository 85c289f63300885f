namespace FastRebalance.Quant.Measures;

/// <summary>Portfolios that are put back to the same weights after every step, as in Cover 1991. Allocates nothing.</summary>
public static class ConstantMix
{
    /// <summary>
    /// Final value over the first, when weights go back to <paramref name="weights"/> after each step and <paramref name="cost"/> is
    /// paid on
    /// every unit bought or sold (out of the portfolio, the trade being reckoned before the cost).
    /// </summary>
    /// <param name="weights">Adding up to one, N.</param>
    /// <param name="relatives">T rows of N price ratios, each a step's last price over its first.</param>
    /// <param name="cost">ε one way.</param>
    public static double FinalValue(ReadOnlySpan<double> weights, ReadOnlySpan<double> relatives, double cost = 0)
    {
        int n = weights.Length;
        double value = 1;
        for (int t = 0; t + n <= relatives.Length; t += n)
        {
            double growth = 0, turnover = 0;
            for (int i = 0; i < n; i++)
                growth += weights[i] * relatives[t + i];
            for (int i = 0; i < n; i++)
                turnover += Math.Abs(weights[i] * relatives[t + i] / growth - weights[i]);
            value *= growth * (1 - cost * turnover);
        }
        return value;
    }
}
