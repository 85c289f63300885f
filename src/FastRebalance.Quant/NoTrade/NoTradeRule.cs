namespace FastRebalance.Quant.NoTrade;

/// <summary>
/// When one weight is worth correcting, and how far: leave it alone while |drift| is below <paramref name="TriggerDrift"/>, bring it to
/// <paramref name="LandingDrift"/> on the same side otherwise. Drifts are weight minus target, as fractions; rates are per year.
/// </summary>
/// <param name="TriggerDrift">h: the drift that is worth a trade. Positive infinity: none is.</param>
/// <param name="LandingDrift">r, from 0 (to target) to h (to the edge).</param>
/// <param name="LossRate">J: what risk and costs together take per year under this rule, as a fraction of the portfolio.</param>
/// <param name="DriftVariance">a²: variance of the drift per year.</param>
/// <param name="RiskPrice">q: a drift x held for a year loses q·x²/2.</param>
/// <param name="Cost">ε: proportional cost one way, as a fraction of what is traded.</param>
public readonly record struct NoTradeRule(
    double TriggerDrift, double LandingDrift, double LossRate, double DriftVariance, double RiskPrice, double Cost)
{
    // Value matching at h and at r holds up to rounding; a gas price that close to the rule's own is the rule's own.
    private const double Rounding = 1e-9;

    /// <summary>The rule that never trades: what comes of input that has no answer.</summary>
    public static NoTradeRule Never { get; } = new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, 0, 0, 0);

    /// <summary>k: the gas, as a fraction of the portfolio, the rule was made for.</summary>
    public double GasFraction => Math.Max(0, GainBelowTrigger(TriggerDrift));

    /// <summary>
    /// What is still to be lost from here, over and above <see cref="LossRate"/> a year: V(x) = (J·x² − q·x⁴/12)/a² up to the trigger,
    /// where ½a²V″ + ½qx² = J, and beyond it V(h) + ε(|x| − h), for there one trades at once. Zero where the drift has no variance.
    /// Allocates nothing.
    /// </summary>
    public double Value(double drift)
    {
        if (!(DriftVariance > 0))
            return 0;
        double x = Math.Abs(drift);
        double inside = Math.Min(x, TriggerDrift);
        double square = inside * inside;
        return square * (LossRate - RiskPrice * square / 12) / DriftVariance + Cost * (x - inside);
    }

    /// <summary>
    /// True when trading from <paramref name="drift"/> to the landing now, at this price of gas, beats waiting: V(x) − V(r) &gt; ε|x − r| + G/W.
    /// Gas cheaper than the rule was made for is taken to pass, and narrows the band; gas that is dearer is taken to stay, and the drift must
    /// reach the trigger of a rule made for it (V grows no further beyond the trigger, so it cannot judge those). Whatever is not a
    /// number is a no, and so is the default rule. Allocates nothing.
    /// </summary>
    /// <param name="drift">Weight minus target, of either sign.</param>
    /// <param name="gasFractionNow">Gas of the whole trade now over the portfolio's value; not negative.</param>
    public bool Pays(double drift, double gasFractionNow)
    {
        double x = Math.Abs(drift);
        if (!(DriftVariance > 0) || !(x > LandingDrift) || !(gasFractionNow >= 0))
            return false;
        if (x < TriggerDrift)
            return GainBelowTrigger(x) > gasFractionNow;
        return gasFractionNow <= GasFraction * (1 + Rounding)
            || x >= NoTradeRegion.Solve(DriftVariance, RiskPrice, Cost, gasFractionNow).TriggerDrift;
    }

    private double GainBelowTrigger(double x) => Value(x) - Value(LandingDrift) - Cost * (x - LandingDrift);
}
