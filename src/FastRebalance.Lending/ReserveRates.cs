using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>What suppliers earn and borrowers pay, in ray a year.</summary>
public readonly record struct ReserveRates(UInt128 Supply, UInt128 Borrow)
{
    /// <summary>False where a rate does not fit the 128 bits that the contracts store.</summary>
    public static bool TryCreate(in UInt256 supply, in UInt256 borrow, out ReserveRates rates)
    {
        bool fits = supply.FitsUInt128 && borrow.FitsUInt128;
        rates = fits ? new ReserveRates((UInt128)supply, (UInt128)borrow) : default;
        return fits;
    }
}
