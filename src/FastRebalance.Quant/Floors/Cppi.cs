using MathNet.Numerics;

namespace FastRebalance.Quant.Floors;

/// <summary>
/// Constant proportion portfolio insurance (Black and Perold 1992): the exposure is a multiple of the cushion above a floor. Money in one
/// currency, rates and volatilities per year, fractions throughout. Allocates nothing.
/// </summary>
public static class Cppi
{
    /// <summary>E = max(0, min(m·(V − F), b·V)). NaN anywhere gives no exposure.</summary>
    /// <param name="value">V: the portfolio's value.</param>
    /// <param name="floor">F.</param>
    /// <param name="multiplier">m.</param>
    /// <param name="mostExposure">b: greatest share of the portfolio at risk; 1 for no borrowing.</param>
    public static double Exposure(double value, double floor, double multiplier, double mostExposure)
    {
        double exposure = Math.Min(multiplier * (value - floor), mostExposure * value);
        return exposure > 0 ? exposure : 0;
    }

    /// <summary>The floor later: F·e^(rt).</summary>
    public static double FloorAfter(double floor, double rate, double years) => floor * Math.Exp(rate * years);

    /// <summary>Time-invariant protection (Estep and Kritzman 1988): the floor follows the highest value so far and never falls.</summary>
    /// <param name="floor">The floor so far.</param>
    /// <param name="keptShare">κ: the share of the peak that is kept, such as 0.8 to 0.9.</param>
    /// <param name="peakValue">Highest value of the portfolio so far.</param>
    public static double RatchetFloor(double floor, double keptShare, double peakValue) => Math.Max(floor, keptShare * peakValue);

    /// <summary>
    /// The cushion after one step without a trade, C·[1 + r + m·(R − r)], R and r being the risky and the riskless return of the
    /// step, while
    /// the exposure is not capped. Below zero where R &lt; −1/m (without interest): the gap is then lost.
    /// </summary>
    public static double CushionAfter(double cushion, double multiplier, double riskyReturn, double risklessReturn) =>
        cushion * (1 + risklessReturn + multiplier * (riskyReturn - risklessReturn));

    /// <summary>The fall of the risky asset in one step that breaks the floor: 1/m.</summary>
    public static double GapToFloor(double multiplier) => 1 / multiplier;

    /// <summary>
    /// The cushion with trading all the time and a geometric Brownian price: C₀·(S/S₀)^m·e^(−(m−1)(r + ½mσ²)t). It never reaches zero.
    /// </summary>
    public static double ContinuousCushion(
        double cushion, double multiplier, double priceRatio, double rate, double volatility, double years) =>
        cushion * Math.Pow(priceRatio, multiplier)
        * Math.Exp(-(multiplier - 1) * (rate + 0.5 * multiplier * volatility * volatility) * years);

    /// <summary>
    /// Probability that the floor breaks when one trades every <paramref name="stepYears"/> and the price is geometric Brownian:
    /// 1 − (1 − N(−d₂))ⁿ, d₂ = [ln(m/(m−1)) + (μ−r)Δ − ½σ²Δ]/(σ√Δ) (Balder, Brandl and Mahayni 2009). Zero for a multiplier of one or less.
    /// </summary>
    /// <param name="multiplier">m.</param>
    /// <param name="drift">μ per year.</param>
    /// <param name="rate">r per year.</param>
    /// <param name="volatility">σ per year.</param>
    /// <param name="stepYears">Δ: time between trades.</param>
    /// <param name="steps">n: how many steps.</param>
    public static double ShortfallProbability(
        double multiplier, double drift, double rate, double volatility, double stepYears, int steps)
    {
        if (multiplier <= 1)
            return 0;
        double deviation = volatility * Math.Sqrt(stepYears);
        double distance =
            (Math.Log(multiplier / (multiplier - 1)) + (drift - rate) * stepYears - 0.5 * deviation * deviation) / deviation;
        double once = 0.5 * SpecialFunctions.Erfc(distance / Math.Sqrt(2));
        // 1 − (1 − p)ⁿ by logarithms: small p would drown in the one.
        double none = steps * SpecialFunctions.Log1p(-once);
        return -SpecialFunctions.Expm1(none);
    }
}
