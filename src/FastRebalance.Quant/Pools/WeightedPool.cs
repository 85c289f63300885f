namespace FastRebalance.Quant.Pools;

/// <summary>The value of a geometric-mean pool: reserves R with Π R_i^w_i constant, always in line with the market. Allocates
/// nothing.</summary>
public static class WeightedPool
{
    /// <summary>V′/V after prices changed by these ratios, without fees: Π (p′/p)^w.</summary>
    /// <param name="weights">Adding up to one.</param>
    /// <param name="priceRatios">New price over old, by asset.</param>
    public static double ValueRatio(ReadOnlySpan<double> weights, ReadOnlySpan<double> priceRatios)
    {
        double log = 0;
        for (int i = 0; i < weights.Length; i++)
            log += weights[i] * Math.Log(priceRatios[i]);
        return Math.Exp(log);
    }

    /// <summary>Value of the pool: k·Π (p_i/w_i)^w_i, k = Π R_i^w_i.</summary>
    public static double Value(ReadOnlySpan<double> weights, ReadOnlySpan<double> prices, double invariant)
    {
        double log = 0;
        for (int i = 0; i < weights.Length; i++)
            log += weights[i] > 0 ? weights[i] * Math.Log(prices[i] / weights[i]) : 0;
        return invariant * Math.Exp(log);
    }

    /// <summary>What the pool has lost against holding still: Π ratio^w / Σ w·ratio − 1; zero or negative.</summary>
    public static double DivergenceLoss(ReadOnlySpan<double> weights, ReadOnlySpan<double> priceRatios)
    {
        double held = 0;
        for (int i = 0; i < weights.Length; i++)
            held += weights[i] * priceRatios[i];
        return ValueRatio(weights, priceRatios) / held - 1;
    }
}
