using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.NoTrade;

/// <summary>
/// The band around one target weight that is cheapest to keep, where drift is a Brownian motion, risk a quadratic loss, and a trade costs
/// ε of its size plus gas. For asset i of many the drift variance is A_ii (<see cref="DriftCovariance"/>) and the risk price γ·Σ_ii;
/// for one asset beside cash they are σ²w²(1−w)² and γσ². The functions allocate nothing.
/// </summary>
/// <remarks>
/// Answers for input at the rim, so that nobody meets a NaN: any input that is not a number, negative or infinite, a drift variance of
/// zero (nothing drifts: a weight that is off, such as one whose target became zero, needs a band of its own) and a risk price of zero
/// (no drift is worth a fee) give <see cref="NoTradeRule.Never"/>. No cost and no gas give h = r = 0 with no loss: every drift pays.
/// </remarks>
public static class NoTradeRegion
{
    /// <summary>
    /// The best trigger h and landing r for a proportional and a fixed cost: they minimise
    /// J = q(h² + r²)/12 + a²[ε/(h + r) + k/(h² − r²)]. Without gas r = h = (3εa²/2q)^⅓; with gas alone r = 0, h = (12ka²/q)^¼.
    /// </summary>
    /// <param name="driftVariance">a²: variance of the drift per year.</param>
    /// <param name="riskPrice">q: a drift x held for a year loses q·x²/2.</param>
    /// <param name="cost">ε: proportional cost one way.</param>
    /// <param name="gasFraction">k: gas of a trade over the portfolio's value.</param>
    public static NoTradeRule Solve(double driftVariance, double riskPrice, double cost, double gasFraction)
    {
        if (!IsPositive(driftVariance) || !IsPositive(riskPrice) || !IsCost(cost) || !IsCost(gasFraction))
            return NoTradeRule.Never;
        if (cost == 0 && gasFraction == 0)
            return new(0, 0, 0, driftVariance, riskPrice, cost);
        if (gasFraction == 0)
            return Edge(driftVariance, riskPrice, cost);

        // With u = h + r, v = h − r the two conditions are v³u = ck and u³v = c(εv + k), c = 12a²/q. In units of the gas-only band
        // s = (ck)^¼, v = sy and u = s/y³, they leave one equation in y.
        double scale = Math.Sqrt(Math.Sqrt(12 * driftVariance / riskPrice * gasFraction));
        double y = UnitGap(cost * (scale / gasFraction));
        double sum = scale / (y * y * y);
        double gap = scale * y;
        double trigger = (sum + gap) / 2;
        double landing = Math.Max(0, (sum - gap) / 2);
        double loss = riskPrice * (trigger * trigger + landing * landing) / 12
            + driftVariance * (cost / sum + gasFraction / (sum * gap));
        return Named(new(trigger, landing, loss, driftVariance, riskPrice, cost));
    }

    /// <summary>
    /// Proportional cost alone: trade back to the edge, h = r = (3εa²/2q)^⅓, at a loss of ¾εa²/h. To leading order that of Gerhold,
    /// Guasoni, Muhle-Karbe and Schachermayer 2013 (their spread is 2ε). With any gas this rule pays gas without end: use
    /// <see cref="Solve"/>.
    /// </summary>
    public static NoTradeRule Edge(double driftVariance, double riskPrice, double cost)
    {
        if (!IsPositive(driftVariance) || !IsPositive(riskPrice) || !IsCost(cost))
            return NoTradeRule.Never;
        double edge = Math.Cbrt(1.5 * cost * driftVariance / riskPrice);
        double loss = edge > 0 ? 0.75 * cost * driftVariance / edge : 0;
        return Named(new(edge, edge, loss, driftVariance, riskPrice, cost));
    }

    /// <summary>
    /// The best trigger when trades always go all the way to target: h = (6εa²/q)^⅓ without gas, where it loses 2^⅓ times what
    /// <see cref="Edge"/> does; with gas the root of qh⁴/6 = a²(εh + 2k).
    /// </summary>
    public static NoTradeRule ToTarget(double driftVariance, double riskPrice, double cost, double gasFraction = 0)
    {
        if (!IsPositive(driftVariance) || !IsPositive(riskPrice) || !IsCost(cost) || !IsCost(gasFraction))
            return NoTradeRule.Never;
        if (cost == 0 && gasFraction == 0)
            return new(0, 0, 0, driftVariance, riskPrice, cost);
        double trigger = Quartic.PositiveRoot(riskPrice / (6 * driftVariance), cost, 2 * gasFraction);
        double loss = riskPrice * trigger * trigger / 12 + driftVariance * (cost + gasFraction / trigger) / trigger;
        return Named(new(trigger, 0, loss, driftVariance, riskPrice, cost));
    }

    // The root of βy⁹ + y⁸ = 1. The start lies above it, where the polynomial is convex: Newton falls to the root and stops at rounding.
    private static double UnitGap(double beta)
    {
        double y = Math.Min(1, Math.Pow(beta, -1.0 / 9));
        while (true)
        {
            double square = y * y;
            double seventh = square * square * square * y;
            double next = y - (seventh * y * (beta * y + 1) - 1) / (seventh * (9 * beta * y + 8));
            if (!(next < y))
                return y;
            y = next;
        }
    }

    // Input so extreme that the arithmetic runs out of range has no answer either.
    private static NoTradeRule Named(NoTradeRule rule) =>
        double.IsFinite(rule.TriggerDrift) && double.IsFinite(rule.LandingDrift) && double.IsFinite(rule.LossRate) ? rule : NoTradeRule.Never;

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    private static bool IsCost(double value) => value >= 0 && double.IsFinite(value);
}
