using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;

namespace FastRebalance.Execution;

/// <summary>The lending market (Aave V3) that orders are filled out of and into, and how the account must stand there after each.</summary>
public sealed record LendingSetup
{
    private const ulong WadPerNano = 1_000_000_000;
    private const double MostHealth = 1e9;

    /// <summary>The market's pool.</summary>
    public required Address Pool { get; init; }

    /// <summary>Least health factor after an order, unless it is better than before.</summary>
    public required UInt256 HealthFloorWad { get; init; }

    /// <summary>Most health factor after an order, unless it is lower than before or nothing is owed; the greatest number for none.</summary>
    public UInt256 HealthCeilingWad { get; init; } = UInt256.MaxValue;

    /// <summary>The market's tokens by <see cref="AssetId.Index"/>; none of an asset that is no reserve, which stays with the vault.</summary>
    public required IReadOnlyList<ReserveTokens> Reserves { get; init; }

    /// <summary>A health factor as the contract compares it, to a thousand millionth; what is beyond all measure is no limit.</summary>
    public static UInt256 WadOf(double health) =>
        health < MostHealth ? (UInt256)(ulong)decimal.Round((decimal)health * WadPerNano) * WadPerNano : UInt256.MaxValue;

    /// <exception cref="ArgumentException">A value makes no sense; the message names it and says what would.</exception>
    internal void Validate(int assets)
    {
        if (Pool.IsZero)
            throw new ArgumentException("Lending.Pool is the zero address: set it to the market's pool");
        if (HealthFloorWad.IsZero || HealthCeilingWad < HealthFloorWad)
            throw new ArgumentException($"the health factor is to be between {HealthFloorWad} and {HealthCeilingWad}: set a floor above zero and no ceiling below it");
        if (Reserves.Count != assets)
            throw new ArgumentException($"Lending.Reserves has {Reserves.Count} entries for {assets} assets: one for each is wanted, empty where there is no reserve");
    }
}
