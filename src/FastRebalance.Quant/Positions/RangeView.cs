namespace FastRebalance.Quant.Positions;

/// <summary>What the re-centring policy looks at.</summary>
/// <param name="Centre">Geometric middle of the range.</param>
/// <param name="HalfWidth">d: log distance from the middle to either end.</param>
/// <param name="Price">Now.</param>
/// <param name="Value">Of the position, in quote currency.</param>
/// <param name="DailyVolatility">σ over a day.</param>
/// <param name="DailyFees">What the position earns in fees a day while in range, in quote currency.</param>
/// <param name="Gas">Of taking the position out and putting it in again, in quote currency.</param>
/// <param name="SwapCost">Share lost of what is swapped to restore the ratio of both sides.</param>
public readonly record struct RangeView(
    double Centre, double HalfWidth, double Price, double Value, double DailyVolatility, double DailyFees, double Gas, double SwapCost)
{
    /// <summary>x: log distance of the price from the middle.</summary>
    public double Drift => Math.Log(Price / Centre);

    /// <summary>K: out of range all is of one side, and half of it must be swapped.</summary>
    public double Cost => Gas + SwapCost * Value / 2;

    /// <summary>
    /// Fees less loss versus rebalancing a day in range: a range of half-width d is the whole curve 1/(1 − e^(−d/2)) times over.
    /// </summary>
    public double DailyCarry => DailyFees - Value * DailyVolatility * DailyVolatility / 8 * RangePolicy.Concentration(HalfWidth);

    internal bool IsUsable =>
        IsPositive(Centre) && IsPositive(HalfWidth) && IsPositive(Price) && IsPositive(Value) && IsPositive(DailyVolatility)
        && DailyFees >= 0 && double.IsFinite(DailyFees) && Gas >= 0 && double.IsFinite(Gas) && SwapCost is >= 0 and < 1;

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);
}
