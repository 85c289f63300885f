using FastRebalance.Quant.NoTrade;

namespace FastRebalance.Quant.Leverage;

/// <summary>How far the hedge of a position with curvature may be off before trading it is worth the cost. Allocates nothing.</summary>
public static class HedgeBand
{
    /// <summary>
    /// (3/2·ε·P·Γ²/γ)^⅓ in units of the asset (Whalley and Wilmott 1997), γ being absolute risk aversion, per unit of money. Trade
    /// to the edge.
    /// </summary>
    /// <param name="price">P.</param>
    /// <param name="gamma">Γ: change of delta per change of price.</param>
    /// <param name="cost">ε one way.</param>
    /// <param name="absoluteRiskAversion">γ per unit of money; relative risk aversion over the portfolio's value.</param>
    public static double HalfWidth(double price, double gamma, double cost, double absoluteRiskAversion) =>
        Math.Cbrt(1.5 * cost * price * gamma * gamma / absoluteRiskAversion);

    /// <summary>
    /// The same with gas, as a trigger and a landing in units of the asset: the no-trade region with a = |Γ|σP, where a unit off costs
    /// γσ²P²/2 a year and εP to trade. Its loss rate is in money a year.
    /// </summary>
    /// <inheritdoc cref="HalfWidth"/>
    /// <param name="volatility">σ per year.</param>
    /// <param name="gas">Gas of a trade, in money.</param>
    public static NoTradeRule WithGas(
        double price, double gamma, double volatility, double cost, double absoluteRiskAversion, double gas)
    {
        double pricePerYear = volatility * price;
        return NoTradeRegion.Solve(
            gamma * gamma * pricePerYear * pricePerYear, absoluteRiskAversion * pricePerYear * pricePerYear, cost * price, gas);
    }

    /// <summary>Units of hedge per unit held with the least variance: Cov(dS, dF)/Var(dF). One where the hedge has no variance.</summary>
    public static double MinimumVarianceRatio(double covariance, double hedgeVariance) =>
        hedgeVariance > 0 ? covariance / hedgeVariance : 1;
}
