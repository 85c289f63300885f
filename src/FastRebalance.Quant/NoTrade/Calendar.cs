using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.NoTrade;

/// <summary>
/// The best time between trades to target: it minimises J(T) = ¼γ·tr(ΣA)·T + Σ ε_i·√(2A_ii/π)·T^−½ + k/T (the problem of Ekren, Liu and
/// Muhle-Karbe 2015). With proportional costs alone it loses 1.563 times what the band of <see cref="NoTradeRegion.Edge"/> does.
/// </summary>
/// <remarks>No cost at all gives a period of zero and no loss; no drift, no risk price, or input that is not finite gives
/// <see cref="CalendarRule.Never"/>.</remarks>
public static class Calendar
{
    /// <summary>One asset: a² the drift's variance, q the price of its risk, ε the cost one way, k the gas over the portfolio's value.</summary>
    public static CalendarRule Solve(double driftVariance, double riskPrice, double cost, double gasFraction) =>
        Best(riskPrice * driftVariance / 4, cost * Math.Sqrt(2 * driftVariance / Math.PI), gasFraction);

    /// <summary>Many assets.</summary>
    /// <param name="driftCovariance">A, N*N.</param>
    /// <param name="covariance">Σ per year, N*N.</param>
    /// <param name="costs">ε_i one way, N.</param>
    /// <param name="riskAversion">γ.</param>
    /// <param name="gasFraction">k: gas of a bundle over the portfolio's value.</param>
    public static CalendarRule Solve(
        ReadOnlySpan<double> driftCovariance, ReadOnlySpan<double> covariance, ReadOnlySpan<double> costs, double riskAversion,
        double gasFraction)
    {
        int n = costs.Length;
        Symmetric.Expect(driftCovariance.Length, n * n, nameof(driftCovariance));
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        double turnover = 0;
        for (int i = 0; i < n; i++)
            turnover += costs[i] * Math.Sqrt(2 * Math.Max(0, driftCovariance[i * n + i]) / Math.PI);
        return Best(riskAversion * Symmetric.TraceOfProduct(driftCovariance, covariance) / 4, turnover, gasFraction);
    }

    // With x = √T the condition is risk·x⁴ = ½turnover·x + gas.
    private static CalendarRule Best(double risk, double turnover, double gas)
    {
        if (!(risk > 0) || !(turnover >= 0) || !(gas >= 0) || !double.IsFinite(risk + turnover + gas))
            return CalendarRule.Never;
        if (turnover == 0 && gas == 0)
            return new(0, 0);
        double root = Quartic.PositiveRoot(risk, turnover / 2, gas);
        double period = root * root;
        double loss = risk * period + turnover / root + gas / period;
        return double.IsFinite(loss) ? new(period, loss) : CalendarRule.Never;
    }
}
