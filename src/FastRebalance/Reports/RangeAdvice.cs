namespace FastRebalance.Reports;

/// <summary>Whether a range of liquidity is worth moving to the price. Advice: no order moves one.</summary>
/// <param name="Action"><c>stay</c>, <c>recentre</c> or <c>widen</c>.</param>
/// <param name="Worth">What moving now is worth over waiting, in the quote.</param>
/// <param name="Cost">What it costs: gas, and swapping half of it.</param>
/// <param name="Low">Lower end of the range to make; the present one where it stays.</param>
/// <param name="High">Upper end.</param>
/// <param name="DailyFees">Earned a day in range, as seen by this run.</param>
/// <param name="HoursSeen">In range, and that is what the fees are measured over.</param>
public sealed record RangeAdvice(string Action, double Worth, double Cost, double Low, double High, double DailyFees, double HoursSeen);
