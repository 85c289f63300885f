namespace FastRebalance.Engine.Triggers;

/// <summary>What must happen at least before a trigger that did not fire could fire.</summary>
/// <param name="PriceMove">
/// While every price stays within this fraction of where it is (0.01: one per cent up or down, each asset by itself) and nothing but
/// prices changes, it does not fire. 0: it must be asked every time. Infinity: prices do not matter to it.
/// </param>
/// <param name="UntilUnixNs">And while the event time is before this; <see cref="long.MaxValue"/> when time does not matter to it.</param>
public readonly record struct TriggerFence(double PriceMove, long UntilUnixNs)
{
    // A guess at how fast prices move, per square root of a year. It only chooses between fences that both hold.
    private const double GuessedVolatility = 0.8;
    private const double NanosecondsPerYear = 365.25 * 86_400 * 1e9;

    /// <summary>The trigger must be asked every time.</summary>
    public static TriggerFence None => default;

    /// <summary>No price and no time makes it fire.</summary>
    public static TriggerFence Endless => new(double.PositiveInfinity, long.MaxValue);

    /// <summary>No price makes it fire before this event time.</summary>
    public static TriggerFence Until(long unixNs) => new(double.PositiveInfinity, unixNs);

    /// <summary>What holds for both.</summary>
    public TriggerFence And(TriggerFence other) =>
        new(Math.Min(PriceMove, other.PriceMove), Math.Min(UntilUnixNs, other.UntilUnixNs));

    /// <summary>The one that is likely to stand longer: for a trigger that cannot fire while either of the two holds.</summary>
    public TriggerFence Or(TriggerFence other, long nowUnixNs) =>
        other.LastsNs(nowUnixNs) > LastsNs(nowUnixNs) || double.IsNaN(PriceMove) ? other : this;

    /// <summary>How long prices usually take to move so far, and no longer than the time allows.</summary>
    private double LastsNs(long nowUnixNs)
    {
        double usual = PriceMove / GuessedVolatility;
        double left = UntilUnixNs == long.MaxValue ? double.PositiveInfinity : (double)UntilUnixNs - nowUnixNs;
        return PriceMove > 0 ? Math.Min(left, usual * usual * NanosecondsPerYear) : 0;
    }
}
