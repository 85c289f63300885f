using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>What a liquidation moves, in base units of the two assets.</summary>
/// <param name="DebtRepaid">Paid by the liquidator.</param>
/// <param name="CollateralTaken">Got by the liquidator: the debt's worth with the bonus, less the protocol's share of the bonus.</param>
/// <param name="ProtocolFee">Of the collateral, to the treasury.</param>
/// <param name="CloseFactorBps">How much of the debt could be repaid at most.</param>
/// <param name="HealthFactor">Of the account before, in wad.</param>
public readonly record struct LiquidationAmounts(
    UInt256 DebtRepaid, UInt256 CollateralTaken, UInt256 ProtocolFee, uint CloseFactorBps, UInt256 HealthFactor);
