namespace FastRebalance.Quant.Positions;

/// <summary>
/// The direction of a book in one asset, leg by leg: what is held, what is owed, what a future or a pool stands for. A running sum; a
/// struct that its owner keeps.
/// </summary>
public struct BookDelta
{
    /// <summary>Units held outright.</summary>
    public double Spot { get; private set; }

    /// <summary>Units owed to a lender; not negative.</summary>
    public double Borrowed { get; private set; }

    /// <summary>Units of linear futures, negative for a short.</summary>
    public double Futures { get; private set; }

    /// <summary>Of all pool positions together.</summary>
    public LiquidityExposure Pools { get; private set; }

    /// <summary>Θ: units by which the book gains when the price rises by one.</summary>
    public readonly double Net => Spot - Borrowed + Futures + Pools.Delta;

    /// <summary>Γ: only pools have any.</summary>
    public readonly double Gamma => Pools.Gamma;

    /// <summary>Net delta as a value.</summary>
    public readonly double ExposureAt(double price) => Net * price;

    public void AddSpot(double units) => Spot += units;

    public void AddBorrowed(double units) => Borrowed += units;

    public void AddFutures(double units) => Futures += units;

    public void AddPool(in LiquidityExposure exposure) => Pools += exposure;
}
