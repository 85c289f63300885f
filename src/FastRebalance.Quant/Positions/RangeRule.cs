namespace FastRebalance.Quant.Positions;

/// <summary>
/// When a range that earns c a day inside ±d, and nothing outside, is worth moving to the price for a cost K. The log price is a Brownian
/// motion of daily variance σ². Moving at distance h earns, per day, J(h) = [c·(2hd − d²) − Kσ²]/h² for h ≥ d: from the middle a motion is
/// out of ±h after h²/σ² days, and in ±d for (2hd − d²)/σ² of them. J is highest at
/// <code>h = d + Kσ²/(cd), where J = cd/h.</code>
/// Sooner than at the end of the range it never pays: inside, the income is the same wherever the price is.
/// </summary>
/// <remarks>
/// <see cref="GainAt"/> is what moving now is worth over waiting, V(0) − V(x), with ½σ²V″ + c·1(|x| &lt; d) = J and V′(h) = 0. It is K at
/// h to the digit, below K before, so the trigger and "the expected gain covers the cost" are one rule. Allocates nothing.
/// </remarks>
public readonly record struct RangeRule
{
    private readonly double _halfWidth;
    private readonly double _variance;

    /// <param name="halfWidth">d: log distance from the middle to either end.</param>
    /// <param name="dailyVolatility">σ over a day.</param>
    /// <param name="dailyCarry">c: fees less losses a day in range.</param>
    /// <param name="cost">K, in the same money.</param>
    public RangeRule(double halfWidth, double dailyVolatility, double dailyCarry, double cost)
    {
        (_halfWidth, _variance) = (halfWidth, dailyVolatility * dailyVolatility);
        bool pays = dailyCarry > 0;
        TriggerDrift = pays ? halfWidth + cost * _variance / (dailyCarry * halfWidth) : double.PositiveInfinity;
        DailyIncome = pays ? dailyCarry * halfWidth / TriggerDrift : 0;
    }

    /// <summary>h: distance of the price from the middle that is worth a move; infinite where being in range does not pay.</summary>
    public double TriggerDrift { get; }

    /// <summary>J: what the best rule earns a day, costs paid.</summary>
    public double DailyIncome { get; }

    /// <summary>What moving at this distance is worth over waiting, in money.</summary>
    public double GainAt(double drift)
    {
        double x = Math.Min(Math.Abs(drift), TriggerDrift), inside = Math.Min(x, _halfWidth), outside = x - inside;
        if (DailyIncome == 0)
            return 0;
        double spare = DailyIncome * (TriggerDrift - _halfWidth) / _halfWidth; // c − J
        return (spare * inside * (inside + 2 * outside) - DailyIncome * outside * outside) / _variance;
    }
}
