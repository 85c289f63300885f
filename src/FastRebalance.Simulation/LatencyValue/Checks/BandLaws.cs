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
    public double EdgeBand => Math.Cbrt(1.5 * Fee * Drift / Risk);

    /// <summary>Half width when trading back to the target.</summary>
    public double TargetBand => Math.Cbrt(6 * Fee * Drift / Risk);

    /// <summary>Loss for each year of any pair r &lt;= h.</summary>
    public double Loss(double h, double r) =>
        Risk * (h * h + r * r) / 12 + Drift * (Fee / (h + r) + (Gas > 0 ? Gas / (h * h - r * r) : 0));

    /// <summary>Best pair: v³ = 12a²k/(q·u) and u³ = (12a²/q)(ε + k/v) for u = h + r and v = h − r, by damped steps.</summary>
    public (double H, double R) Best()
    {
        if (Gas == 0)
            return (EdgeBand, EdgeBand);
        double scale = 12 * Drift / Risk, u = Math.Cbrt(scale * Fee), v = Math.Cbrt(scale * Gas / u);
        for (int i = 0; i < 200; i++)
        {
            v = (v + Math.Cbrt(scale * Gas / u)) / 2;
            u = (u + Math.Cbrt(scale * (Fee + Gas / v))) / 2;
        }
        return v < u ? ((u + v) / 2, (u - v) / 2) : (u, 0);
    }

    /// <summary>
    /// What a year more of delay adds to the yearly loss of trading back to the target, when the amount is fixed on deciding: ½γσ²a². Drift
    /// on the way adds a² times the delay to the mean square, and the amounts traded stay the same. Fixed on landing it is half of that.
    /// </summary>
    public double DelaySlope(bool isSizedAtFill) => Risk * Drift / (isSizedAtFill ? 4 : 2);
}
