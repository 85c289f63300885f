namespace FastRebalance.Quant.Leverage;

/// <summary>
/// One asset against its quote currency, of which one is borrowed: a long position owes quote, a short one owes the asset. Allocates
/// nothing.
/// </summary>
/// <param name="Units">Of the asset; negative where they are owed.</param>
/// <param name="Cash">Quote currency; negative where it is owed.</param>
public readonly record struct LeveragedHolding(double Units, double Cash)
{
    /// <summary>What is left when all is paid back.</summary>
    public double EquityAt(double price) => Units * price + Cash;

    /// <summary>
    /// L: the asset's value over equity, negative for a short position. Infinite without equity, on the position's own side.
    /// </summary>
    public double LeverageAt(double price) =>
        EquityAt(price) is > 0 and double equity ? Units * price / equity : Units < 0 ? double.NegativeInfinity : double.PositiveInfinity;

    /// <summary>After units were bought (sold, negative) at a price.</summary>
    public LeveragedHolding After(double bought, double price) => new(Units + bought, Cash - bought * price);

    /// <summary>
    /// The price at which leverage becomes <paramref name="bound"/>: cash·L/(units·(1 − L)), the same on both sides of the market. Without
    /// a debt there is none, and the answer is not above zero.
    /// </summary>
    /// <param name="bound">L; above one for a long position, below zero for a short one.</param>
    public double PriceAt(double bound) => Cash * bound / (Units * (1 - bound));

    /// <summary>What the lender holds, as a value: the asset of a long position, the quote of a short one.</summary>
    public double CollateralAt(double price) => Math.Max(0, Units) * price + Math.Max(0, Cash);

    /// <summary>What the lender is owed, as a value.</summary>
    public double DebtAt(double price) => -(Math.Min(0, Units) * price + Math.Min(0, Cash));
}
