namespace FastRebalance.Quant.Pools;

/// <summary>
/// Loss versus rebalancing: what arbitrage takes from a pool whose prices are stale (Milionis, Moallemi, Roughgarden and Zhang
/// 2022). Rates are
/// in the time unit of the variances given. Allocates nothing.
/// </summary>
public static class Lvr
{
    /// <summary>Of a weighted pool without fees, as a share of its value: the rebalancing premium of the same weights.</summary>
    public static double Rate(ReadOnlySpan<double> weights, ReadOnlySpan<double> covariance) =>
        RebalancingPremium.Rate(weights, covariance);

    /// <summary>Of a pool of one asset beside its quote currency: ½w(1−w)σ²; σ²/8 for a constant product.</summary>
    public static double Rate(double weight, double volatility) => 0.5 * weight * (1 - weight) * volatility * volatility;

    /// <summary>Of a concentrated position in range, in quote currency: L·σ²·√P/4.</summary>
    public static double ConcentratedRate(double liquidity, double volatility, double price) =>
        liquidity * volatility * volatility * Math.Sqrt(price) / 4;

    /// <summary>
    /// Share of blocks with an arbitrage trade, and so the share of the loss that remains, when blocks come at random:
    /// 1/(1 + √2·γ/σ_b) (Milionis, Moallemi and Roughgarden 2023).
    /// </summary>
    /// <param name="fee">γ: log fee, one way.</param>
    /// <param name="blockVolatility">σ_b = σ·√Δt: volatility over the mean time between blocks.</param>
    public static double PoissonTradeProbability(double fee, double blockVolatility) =>
        1 / (1 + Math.Sqrt(2) * fee / blockVolatility);

    /// <summary>
    /// Arbitrage profit per block where blocks come at equal times, per unit of P²·|x′(P)| (a quarter of the value of a constant product):
    /// σ_b²/(2 + 1.7164·s/σ_b), s = 2γ being the whole width without arbitrage (Nezlobin and Tassy 2025).
    /// </summary>
    /// <inheritdoc cref="PoissonTradeProbability"/>
    public static double BlockProfit(double fee, double blockVolatility) =>
        blockVolatility * blockVolatility / (2 + 1.7164 * 2 * fee / blockVolatility);
}
