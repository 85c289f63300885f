namespace FastRebalance.Simulation.LatencyValue.Quoting;

/// <summary>What a pool loses to stale prices, in closed form.</summary>
internal static class QuoteLaws
{
    /// <summary>Chance that a block of a Poisson chain holds an arbitrage (Milionis, Moallemi, Roughgarden 2023).</summary>
    /// <param name="feeInMoves">One-sided fee over the standard deviation of a block's move.</param>
    public static double PoissonTradeChance(double feeInMoves) => 1 / (1 + Math.Sqrt(2) * feeInMoves);

    /// <summary>
    /// Profit of a block of even length, in squared moves and for a unit of P²·|x′(P)| (Nezlobin, Tassy 2025): the whole width is twice
    /// the one-sided fee.
    /// </summary>
    public static double EvenBlockProfit(double feeInMoves) => 1 / (2 + 1.7164 * 2 * feeInMoves);

    /// <summary>Loss of a constant product pool for each year, as a fraction of its value (Milionis et al. 2022: σ²/8 without fee).</summary>
    public static double PoolLoss(double volatility, double fee, double intervalYears) =>
        volatility * volatility / 4 * EvenBlockProfit(fee / (volatility * Math.Sqrt(intervalYears)));
}
