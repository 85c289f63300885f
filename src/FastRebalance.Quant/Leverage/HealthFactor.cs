namespace FastRebalance.Quant.Leverage;

/// <summary>
/// The health factor of lending markets (Aave v3's definition): Σ C_i·LT_i over debt; below one the position may be liquidated.
/// Values in one
/// currency. Allocates nothing.
/// </summary>
public static class HealthFactor
{
    /// <summary>Health below which a liquidator may repay all of the debt in Aave v3, not just half.</summary>
    public const double FullCloseBelow = 0.95;

    /// <summary>Positive infinity without debt; NaN where an input is.</summary>
    /// <param name="weightedCollateral">Σ C_i·LT_i: collateral at its liquidation thresholds.</param>
    /// <param name="debt">D.</param>
    public static double Of(double weightedCollateral, double debt) =>
        debt > 0 ? weightedCollateral / debt : debt <= 0 ? double.PositiveInfinity : double.NaN;

    /// <summary>LT·L/(L − 1), for one collateral; infinity at leverage one or less.</summary>
    public static double FromLeverage(double leverage, double threshold) =>
        leverage > 1 ? threshold * leverage / (leverage - 1) : leverage <= 1 ? double.PositiveInfinity : double.NaN;

    /// <summary>HF/(HF − LT); the leverage that has this health. Infinity where health does not exceed the threshold.</summary>
    public static double ToLeverage(double health, double threshold) =>
        health > threshold ? double.IsPositiveInfinity(health) ? 1 : health / (health - threshold)
        : health <= threshold ? double.PositiveInfinity : double.NaN;

    /// <summary>Price of the one collateral at which it may be liquidated: D/(q·LT).</summary>
    /// <param name="units">q: units of collateral.</param>
    /// <param name="debt">D.</param>
    /// <param name="threshold">LT.</param>
    public static double LiquidationPrice(double units, double debt, double threshold) => debt / (units * threshold);

    /// <summary>
    /// Collateral to sell so that repaying with the proceeds brings health up to <paramref name="wanted"/>:
    /// (H·D − ΣLT·C)/(H(1−c) − LT). Zero where health is that good already; NaN where no amount does it, H(1−c) ≤ LT.
    /// </summary>
    /// <param name="weightedCollateral">Σ C_i·LT_i.</param>
    /// <param name="debt">D.</param>
    /// <param name="threshold">LT of the collateral that is sold.</param>
    /// <param name="cost">c: share lost in selling.</param>
    /// <param name="wanted">H.</param>
    public static double RepaySize(double weightedCollateral, double debt, double threshold, double cost, double wanted)
    {
        double gain = wanted * (1 - cost) - threshold;
        double missing = wanted * debt - weightedCollateral;
        return missing <= 0 ? 0 : gain > 0 ? missing / gain : double.NaN;
    }

    /// <summary>
    /// Debt to take on, and collateral to buy with it, so that health comes down to <paramref name="wanted"/>:
    /// (ΣLT·C − H·D)/(H − LT(1−c)). Zero where health is that low already; NaN where no amount does it.
    /// </summary>
    /// <inheritdoc cref="RepaySize"/>
    public static double BoostSize(double weightedCollateral, double debt, double threshold, double cost, double wanted)
    {
        double loss = wanted - threshold * (1 - cost);
        double spare = weightedCollateral - wanted * debt;
        return spare <= 0 ? 0 : loss > 0 ? spare / loss : double.NaN;
    }

    /// <summary>Share of the debt a liquidator may repay: none at a health of one or more, all below <see cref="FullCloseBelow"/>,
    /// else half.</summary>
    public static double CloseFactor(double health) => health >= 1 || double.IsNaN(health) ? 0 : health < FullCloseBelow ? 1 : 0.5;

    /// <summary>
    /// Health that outlasts a delay: exp(z·σ·√δ + jump), the least lower trigger with which a fall of z deviations and a jump during
    /// the delay
    /// still leaves one.
    /// </summary>
    /// <param name="deviations">z.</param>
    /// <param name="stressVolatility">σ per year in stress.</param>
    /// <param name="delayYears">δ: from the price to the repayment.</param>
    /// <param name="jump">Log size of a jump to survive.</param>
    public static double SafeTrigger(double deviations, double stressVolatility, double delayYears, double jump) =>
        Math.Exp(deviations * stressVolatility * Math.Sqrt(delayYears) + jump);
}
