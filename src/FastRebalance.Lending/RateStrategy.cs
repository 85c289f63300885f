using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>
/// Two straight lines over usage, with a kink at the optimum: what borrowers pay and suppliers earn. All in ray. Stable debt is not followed: a
/// reserve that has any is refused.
/// </summary>
/// <remarks>Source: DefaultReserveInterestRateStrategy of Aave V3; every product and quotient half up.</remarks>
public sealed record RateStrategy
{
    /// <summary>Above 0, and at most 1.</summary>
    public required UInt256 OptimalUsage { get; init; }

    public required UInt256 BaseRate { get; init; }

    /// <summary>Added over the way to the optimum.</summary>
    public required UInt256 Slope1 { get; init; }

    /// <summary>Added over the way from the optimum to full usage.</summary>
    public required UInt256 Slope2 { get; init; }

    /// <summary>The rates that hold once so much is there to borrow and so much is owed.</summary>
    /// <param name="available">What the aToken holds of the asset.</param>
    /// <param name="debt">All variable debt with its interest.</param>
    /// <param name="unbacked">What was minted through a bridge and is not backed yet.</param>
    /// <param name="reserveFactorBps">The treasury's share of the interest.</param>
    /// <param name="rates">The result.</param>
    /// <returns>False where the contract reverts.</returns>
    public bool TryRates(in UInt256 available, in UInt256 debt, in UInt256 unbacked, ulong reserveFactorBps, out ReserveRates rates)
    {
        rates = default;
        UInt256 borrowUsage = default, supplyUsage = default;
        if (!debt.IsZero)
        {
            if (!UInt256.TryAdd(in available, in debt, out UInt256 all) || !WadRay.TryRayDiv(in debt, in all, out borrowUsage)
                || !UInt256.TryAdd(in all, in unbacked, out all) || !WadRay.TryRayDiv(in debt, in all, out supplyUsage))
                return false;
        }
        if (!TryBorrowRate(in borrowUsage, out UInt256 borrow))
            return false;
        return TryOverallRate(in debt, in borrow, out UInt256 overall)
            && WadRay.TryRayMul(in overall, in supplyUsage, out UInt256 supply)
            && WadRay.TryPercentMul(in supply, WadRay.Whole - Math.Min(reserveFactorBps, WadRay.Whole), out supply)
            && ReserveRates.TryCreate(in supply, in borrow, out rates);
    }

    private bool TryBorrowRate(in UInt256 usage, out UInt256 rate)
    {
        rate = BaseRate;
        if (usage > OptimalUsage)
            return WadRay.TryRayDiv(usage - OptimalUsage, WadRay.Ray - OptimalUsage, out UInt256 excess)
                && WadRay.TryRayMul(Slope2, in excess, out UInt256 steep)
                && UInt256.TryAdd(in rate, Slope1, out rate)
                && UInt256.TryAdd(in rate, in steep, out rate);
        return WadRay.TryRayMul(Slope1, in usage, out UInt256 gentle)
            && WadRay.TryRayDiv(in gentle, OptimalUsage, out gentle)
            && UInt256.TryAdd(in rate, in gentle, out rate);
    }

    // The average over stable and variable debt, of which there is only the latter; the contract's roundings stay.
    private static bool TryOverallRate(in UInt256 debt, in UInt256 borrow, out UInt256 overall)
    {
        overall = default;
        return debt.IsZero
            || (WadRay.TryWadToRay(in debt, out UInt256 rayDebt)
                && WadRay.TryRayMul(in rayDebt, in borrow, out UInt256 weighted)
                && WadRay.TryRayDiv(in weighted, in rayDebt, out overall));
    }
}
