namespace FastRebalance.Engine.Triggers;

/// <summary>What must happen at least before a trigger that did not fire could fire.</summary>
/// <param name="PriceMove">
/// While every price stays within this fraction of where it is (0.01: one per cent up or down, each asset by itself) and nothing but
/// prices changes, it does not fire. 0: it must be asked every time. Infinity: prices do not matter to it.
/// </param>
/// <param name="UntilUnixNs">And while the event time is before this; <see cref="long.MaxValue"/> when time does not matter to it.</param>
public readonly record struct TriggerFence(double PriceMove, long UntilUnixNs)
{
    /// <summary>The trigger must be asked every time.</summary>
    public static TriggerFence None => default;

    /// <summary>No price and no time makes it fire.</summary>
    public static TriggerFence Endless => new(double.PositiveInfinity, long.MaxValue);

    /// <summary>What holds for both.</summary>
    public TriggerFence And(TriggerFence other) =>
        new(Math.Min(PriceMove, other.PriceMove), Math.Min(UntilUnixNs, other.UntilUnixNs));
}
