namespace FastRebalance.Quant.NoTrade;

/// <summary>
/// The band of one risky asset that is optimal for any size of the spread, not to leading order only: Gerhold, Guasoni, Muhle-Karbe and
/// Schachermayer 2013, "Transaction costs, trading volume, and the liquidity premium". Shows how far the closed form of
/// <see cref="NoTradeRegion.Edge"/> is off: about 1 % at a spread of 1 %.
/// </summary>
/// <param name="Gap">λ: the band runs from (μ−λ)/γσ² to (μ+λ)/γσ², in terms of the risky weight at the ask and at the bid.</param>
/// <param name="BuyBelow">Lower edge.</param>
/// <param name="SellAbove">Upper edge.</param>
/// <param name="SafeRateLoss">λ²/2γσ²: the riskless rate per year one would give not to pay the spread.</param>
public readonly record struct ProportionalCostLimit(double Gap, double BuyBelow, double SellAbove, double SafeRateLoss)
{
    // Gauss-Legendre on [-1, 1], eight points: the integrand is smooth and the interval a few per cent of the distance to its poles.
    private static readonly double[] s_nodes = [0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363];
    private static readonly double[] s_weights = [0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];

    /// <summary>
    /// Finds λ with which the Riccati equation w′ = (γ−1)w² − (2μ/σ²−1)w + (μ²−λ²)/γσ⁴ takes w from one edge to the other while the
    /// price goes
    /// from one edge of its range to the other.
    /// </summary>
    /// <param name="excessReturn">μ per year.</param>
    /// <param name="volatility">σ per year.</param>
    /// <param name="riskAversion">γ; the frictionless weight μ/γσ² must lie between 0 and 1.</param>
    /// <param name="spread">Bid = (1 − spread)·ask, between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frictionless weight or the spread is not between 0 and 1.</exception>
    public static ProportionalCostLimit Solve(double excessReturn, double volatility, double riskAversion, double spread)
    {
        double unit = riskAversion * volatility * volatility;
        double weight = excessReturn / unit;
        if (!(weight > 0 && weight < 1))
            throw new ArgumentOutOfRangeException(nameof(excessReturn), weight, "a frictionless weight between 0 and 1");
        if (!(spread > 0 && spread < 1))
            throw new ArgumentOutOfRangeException(nameof(spread), spread, "a spread between 0 and 1");

        // From the leading order upwards, as long as both edges are inside (0, 1).
        double rim = unit * Math.Min(weight, 1 - weight);
        double low = 0, high = Math.Min(rim, unit * Math.Cbrt(0.75 / riskAversion * Math.Pow(weight * (1 - weight), 2) * spread));
        while (high < rim && Excess(excessReturn, volatility, riskAversion, spread, high) <= 0)
            high = Math.Min(rim, 2 * high);
        while (true)
        {
            double gap = (low + high) / 2;
            if (gap <= low || gap >= high)
                return new(gap, (excessReturn - gap) / unit, (excessReturn + gap) / unit, gap * gap / (2 * unit));
            if (Excess(excessReturn, volatility, riskAversion, spread, gap) > 0)
                high = gap;
            else
                low = gap;
        }
    }

    // Log of the price range the edges ask for, spread taken out, less the one the equation needs: grows with λ.
    private static double Excess(double mean, double volatility, double aversion, double spread, double gap)
    {
        double variance = volatility * volatility, unit = aversion * variance;
        double from = (mean - gap) / unit, to = (mean + gap) / unit;
        double range = Math.Log(to / (1 - to)) - Math.Log(from / (1 - from)) - Math.Log(1 - spread);
        double constant = (mean * mean - gap * gap) / (aversion * variance * variance);
        double integral = 0;
        for (int i = 0; i < s_nodes.Length; i++)
        {
            double step = s_nodes[i] * (to - from) / 2, middle = (from + to) / 2;
            integral += s_weights[i] * (Inverse(middle - step) + Inverse(middle + step));
        }
        return integral * (to - from) / 2 - range;

        double Inverse(double w) => 1 / ((aversion - 1) * w * w - (2 * mean / variance - 1) * w + constant);
    }
}
