using FastRebalance.Quant.NoTrade;

namespace FastRebalance.Simulation.LatencyValue.Checks;

/// <summary>
/// Optimal bands around a weight of one risky asset, small-cost limit: proportional costs after Gerhold, Guasoni, Muhle-Karbe and
/// Schachermayer 2013; with a fixed cost on top the drift is a Brownian motion between −h and h that is set back to ±r.
/// </summary>
/// <param name="RiskPrice">γ.</param>
/// <param name="Volatility">Per square root of a year.</param>
/// <param name="Weight">The target.</param>
/// <param name="Fee">One way, proportional.</param>
/// <param name="Gas">For each trade, as a fraction of the value.</param>
internal readonly record struct BandLaws(double RiskPrice, double Volatility, double Weight, double Fee, double Gas)
{
    private double Drift => Math.Pow(Volatility * Weight * (1 - Weight), 2);

    private double Risk => RiskPrice * Volatility * Volatility;

    /// <summary>Half width when trading back to the edge, which is best without gas.</summary>
    public double EdgeBand => NoTradeRegion.Edge(Drift, Risk, Fee).TriggerDrift;

    /// <summary>Half width when trading back to the target.</summary>
    public double TargetBand => NoTradeRegion.ToTarget(Drift, Risk, Fee).TriggerDrift;

    /// <summary>Loss for each year of any pair r &lt;= h.</summary>
    public double Loss(double h, double r) =>
        Risk * (h * h + r * r) / 12 + Drift * (Fee / (h + r) + (Gas > 0 ? Gas / (h * h - r * r) : 0));

    /// <summary>Best pair.</summary>
    public (double H, double R) Best()
    {
        NoTradeRule rule = NoTradeRegion.Solve(Drift, Risk, Fee, Gas);
        return (rule.TriggerDrift, rule.LandingDrift);
    }

    /// <summary>
    /// What a year more of delay adds to the yearly loss of trading back to the target, when the amount is fixed on deciding: ½γσ²a². Drift
    /// on the way adds a² times the delay to the mean square, and the amounts traded stay the same. Fixed on landing it is half of that.
    /// </summary>
    public double DelaySlope(bool isSizedAtFill) => Risk * Drift / (isSizedAtFill ? 4 : 2);
}
