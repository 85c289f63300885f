namespace FastRebalance.Quant.Positions;

/// <summary>
/// Whether to move a concentrated position: not before the price is past the end of its range by what the move costs
/// (<see cref="RangeRule"/>), and then to a wider range where that one earns more. A move puts the price in the middle, and the next is a
/// whole trigger away: a price that hovers at an edge calls it once. It keeps nothing from one decision to the next; allocates nothing.
/// </summary>
/// <remarks>
/// Fees and losses both go with how often the range is the whole curve, so a wider one earns less a day in range, and is in range for
/// longer. To leading order the two cancel: c·d is the same for every narrow range, and with it how far beyond its end a range is let go.
/// What is left, a factor 1 + d/4, favours the wider range where moves are dear against what is earned, and the narrow one where they are
/// cheap. A wider range must earn <paramref name="margin"/> more, so that two that are as good as each other do not alternate.
/// </remarks>
/// <param name="widening">Half-width of the wider range over that of the present one; above one.</param>
/// <param name="mostHalfWidth">No range becomes wider than this.</param>
/// <param name="margin">Share by which the wider range must earn more.</param>
/// <exception cref="ArgumentException">A parameter is out of its range.</exception>
public sealed class RangePolicy(double widening, double mostHalfWidth, double margin)
{
    private readonly double _widening = widening > 1 && double.IsFinite(widening)
        ? widening : throw new ArgumentException($"a wider range must be more than 1 times as wide, found {widening}");

    private readonly double _mostHalfWidth = mostHalfWidth > 0
        ? mostHalfWidth : throw new ArgumentException($"the widest half-width must lie above 0, found {mostHalfWidth}");

    private readonly double _margin = margin >= 0 && double.IsFinite(margin)
        ? margin : throw new ArgumentException($"the margin must not be negative, found {margin}");

    /// <summary>How many times the whole curve a range is, at its middle: 1/(1 − e^(−d/2)).</summary>
    public static double Concentration(double halfWidth) => -1 / double.ExpM1(-halfWidth / 2);

    /// <summary>What to do now.</summary>
    /// <returns>With the half-width of the range to make; the present one where it stays.</returns>
    public (RangeAction Action, double HalfWidth) Decide(in RangeView view)
    {
        if (!view.IsUsable)
            return (RangeAction.BadInput, view.HalfWidth);
        RangeRule now = RuleOf(in view, view.HalfWidth);
        if (!(Math.Abs(view.Drift) >= now.TriggerDrift))
            return (RangeAction.Stay, view.HalfWidth);
        double wider = Math.Min(view.HalfWidth * _widening, _mostHalfWidth);
        return wider > view.HalfWidth && RuleOf(in view, wider).DailyIncome > now.DailyIncome * (1 + _margin)
            ? (RangeAction.Widen, wider)
            : (RangeAction.Recentre, view.HalfWidth);
    }

    /// <summary>The rule of a range of another width with the same value in it.</summary>
    public static RangeRule RuleOf(in RangeView view, double halfWidth)
    {
        double share = Concentration(halfWidth) / Concentration(view.HalfWidth);
        return new RangeRule(halfWidth, view.DailyVolatility, view.DailyCarry * share, view.Cost);
    }
}
