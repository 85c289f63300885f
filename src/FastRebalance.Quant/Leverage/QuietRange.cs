namespace FastRebalance.Quant.Leverage;

/// <summary>
/// Where a machine has nothing to do: from one price to another, both included, and up to a time. Two compares a tick, one more a timer.
/// </summary>
/// <param name="Low">Lowest price.</param>
/// <param name="High">Highest price.</param>
/// <param name="LastMs">Last millisecond, of the machine's clock.</param>
public readonly record struct QuietRange(double Low, double High, long LastMs = long.MaxValue)
{
    /// <summary>No price and no time calls it.</summary>
    public static QuietRange Everywhere { get; } = new(0, double.PositiveInfinity);

    /// <summary>True while there is nothing to do; never for a price that is not a number.</summary>
    public bool Holds(double price, long nowMs = long.MinValue) => price >= Low && price <= High && nowMs <= LastMs;
}
