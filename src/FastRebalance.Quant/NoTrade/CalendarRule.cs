namespace FastRebalance.Quant.NoTrade;

/// <summary>Trade to target every so often, whatever the drift.</summary>
/// <param name="PeriodYears">Time between trades. Positive infinity: never.</param>
/// <param name="LossRate">What risk and costs together take per year, as a fraction of the portfolio.</param>
public readonly record struct CalendarRule(double PeriodYears, double LossRate)
{
    /// <summary>The rule that never trades: what comes of input that has no answer.</summary>
    public static CalendarRule Never { get; } = new(double.PositiveInfinity, double.PositiveInfinity);
}
