namespace FastRebalance.Quant.Leverage;

/// <summary>
/// What leverage is, what it asks for and what limits it. Collateral, debt and equity are values in one currency. Allocates nothing.
/// </summary>
public static class LeverageMath
{
    /// <summary>L = C/(C − D). Positive infinity without equity: such a position is insolvent and has no leverage to steer by.</summary>
    public static double Of(double collateral, double debt)
    {
        double equity = collateral - debt;
        return equity > 0 ? collateral / equity : equity <= 0 ? double.PositiveInfinity : double.NaN;
    }

    /// <summary>Collateral to buy (positive, with new debt) or to sell (negative, repaying debt): (L′ − L)/L·C. Equity stays.</summary>
    public static double Notional(double current, double next, double collateral) => (next - current) / current * collateral;

    /// <summary>Leverage after collateral was bought (or sold, negative) against debt, without costs.</summary>
    public static double After(double collateral, double debt, double notional) => Of(collateral + notional, debt + notional);

    /// <summary>Leverage after the collateral's price changed by <paramref name="priceReturn"/>: L(1+r)/(1+Lr).</summary>
    public static double AfterReturn(double leverage, double priceReturn) =>
        1 + leverage * priceReturn is > 0 and double equity ? leverage * (1 + priceReturn) / equity : double.PositiveInfinity;

    /// <summary>Most that can be borrowed, and bought with it: C·LT·(1−u) − D, never negative.</summary>
    /// <param name="collateral">C.</param>
    /// <param name="debt">D.</param>
    /// <param name="threshold">LT: what the lender counts of a unit of collateral.</param>
    /// <param name="unused">u: share of the limit that is left alone, such as 0.01.</param>
    public static double MostToBorrow(double collateral, double debt, double threshold, double unused) =>
        Math.Max(0, collateral * threshold * (1 - unused) - debt);

    /// <summary>
    /// Most that can be bought on new debt where what is bought counts at once, as with a flash loan: (C·v − D)/(1 − v), v = LTV·(1−u); never
    /// negative, and without end where v is one.
    /// </summary>
    /// <inheritdoc cref="MostToBorrow"/>
    public static double MostToBorrowAtOnce(double collateral, double debt, double threshold, double unused) =>
        threshold * (1 - unused) is var share && share >= 1 ? collateral > debt ? double.PositiveInfinity : 0
            : Math.Max(0, ((collateral * share) - debt) / (1 - share));

    /// <summary>
    /// Most collateral that can be taken out and sold in one trade that repays afterwards: C·(lim − D)/lim, lim = C·LT·(1−u); never
    /// negative.
    /// </summary>
    /// <inheritdoc cref="MostToBorrow"/>
    public static double MostToWithdraw(double collateral, double debt, double threshold, double unused)
    {
        double limit = collateral * threshold * (1 - unused);
        return limit > debt ? collateral * (limit - debt) / limit : 0;
    }

    /// <summary>
    /// What one trade does of the way to <paramref name="next"/>: the notional, cut to the lender's limit and to
    /// <paramref name="mostTrade"/>. Positive buys collateral, negative sells it; zero where nothing can be done or there is no equity.
    /// </summary>
    /// <param name="collateral">C.</param>
    /// <param name="debt">D.</param>
    /// <param name="next">Leverage wanted.</param>
    /// <param name="threshold">LT: what the lender counts of a unit of collateral.</param>
    /// <param name="unused">u: share of the lender's limit that is left alone.</param>
    /// <param name="mostTrade">Largest trade, as a value.</param>
    public static double Chunk(double collateral, double debt, double next, double threshold, double unused, double mostTrade)
    {
        double notional = Notional(Of(collateral, debt), next, collateral);
        if (!double.IsFinite(notional) || !(collateral > debt) || !(mostTrade >= 0))
            return 0;
        return notional >= 0
            ? Math.Min(Math.Min(notional, mostTrade), MostToBorrow(collateral, debt, threshold, unused))
            : -Math.Min(Math.Min(-notional, mostTrade), MostToWithdraw(collateral, debt, threshold, unused));
    }

    /// <summary>
    /// What a fund of leverage L must buy after a return r to have its leverage again: L(L−1)·r·NAV, on the side of the move for any
    /// L outside
    /// 0 to 1 (Cheng and Madhavan 2009).
    /// </summary>
    /// <param name="leverage">L; negative for inverse funds.</param>
    /// <param name="priceReturn">r.</param>
    /// <param name="equity">NAV before the move.</param>
    public static double HedgingDemand(double leverage, double priceReturn, double equity) =>
        leverage * (leverage - 1) * priceReturn * equity;

    /// <summary>
    /// Value ratio of a fund that keeps leverage L all the time: (S/S₀)^L·e^(−½L(L−1)·∫σ²dt) (Avellaneda and Zhang 2009).
    /// </summary>
    /// <param name="leverage">L.</param>
    /// <param name="priceRatio">S/S₀.</param>
    /// <param name="integratedVariance">∫σ²dt over the time.</param>
    public static double ValueRatio(double leverage, double priceRatio, double integratedVariance) =>
        Math.Pow(priceRatio, leverage) * Math.Exp(-0.5 * leverage * (leverage - 1) * integratedVariance);

    /// <summary>
    /// The collateral's price at which leverage becomes <paramref name="bound"/>: D·L/(q·(L−1)). With debt in quote currency,
    /// leverage above one.
    /// </summary>
    /// <param name="units">q: units of collateral.</param>
    /// <param name="debt">D.</param>
    /// <param name="bound">L, above one.</param>
    public static double PriceAt(double units, double debt, double bound) => debt * bound / (units * (bound - 1));
}
