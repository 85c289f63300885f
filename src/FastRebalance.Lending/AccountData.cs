using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>What <c>getUserAccountData</c> answers: amounts in the oracle's base currency (8 decimals on the main network), the health factor in wad.</summary>
/// <param name="TotalCollateral">Each part rounded down.</param>
/// <param name="TotalDebt">Each part rounded down.</param>
/// <param name="AvailableBorrows">Collateral times <paramref name="LtvBps"/>, half up, less the debt; zero rather than negative.</param>
/// <param name="LiquidationThresholdBps">Weighted by collateral, rounded down.</param>
/// <param name="LtvBps">Weighted by collateral, rounded down.</param>
/// <param name="HealthFactor">Half up; the greatest number where nothing is owed. Below 10^18 the account can be liquidated.</param>
/// <param name="HasZeroLtvCollateral">Whether a reserve against which nothing may be borrowed is among the collateral.</param>
public readonly record struct AccountData(
    UInt256 TotalCollateral, UInt256 TotalDebt, UInt256 AvailableBorrows, UInt256 LiquidationThresholdBps, UInt256 LtvBps, UInt256 HealthFactor,
    bool HasZeroLtvCollateral);
