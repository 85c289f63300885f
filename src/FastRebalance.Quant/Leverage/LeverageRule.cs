namespace FastRebalance.Quant.Leverage;

/// <summary>
/// How constant leverage is kept (the flexible leverage rule of Index Coop's strategies): within the band a share of the way back to
/// the target
/// each time, never beyond the band, and from the ripcord up to the band's rim at once. Leverage is collateral over equity.
/// Allocates nothing.
/// </summary>
/// <param name="Target">Leverage to tend to.</param>
/// <param name="Least">Lower rim of the band.</param>
/// <param name="Most">Upper rim of the band.</param>
/// <param name="RecenteringSpeed">Share of the way to the target taken at once, from 0 to 1.</param>
/// <param name="Ripcord">Leverage from which anybody may bring it down without waiting; above <paramref name="Most"/>.</param>
public readonly record struct LeverageRule(double Target, double Least, double Most, double RecenteringSpeed, double Ripcord)
{
    /// <summary>Leverage to go to from <paramref name="current"/>; NaN where that is not a number.</summary>
    public double Next(double current)
    {
        if (IsRipcord(current))
            return Most;
        double recentred = (1 - RecenteringSpeed) * current + RecenteringSpeed * Target;
        return Math.Max(Least, Math.Min(Most, recentred));
    }

    /// <summary>True from the ripcord on: bring leverage down to <see cref="Most"/> now.</summary>
    public bool IsRipcord(double current) => current >= Ripcord;

    /// <summary>True within the band, rims included.</summary>
    public bool IsInBand(double current) => current >= Least && current <= Most;
}
