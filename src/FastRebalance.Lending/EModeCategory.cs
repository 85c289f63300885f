using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>Assets that move together, with better terms for accounts that borrow nothing else. In basis points.</summary>
/// <param name="LtvBps">How much may be borrowed; 0: there is no such category.</param>
/// <param name="LiquidationThresholdBps">Where liquidation begins.</param>
/// <param name="LiquidationBonusBps">Collateral that a liquidator gets for 10 000 of debt.</param>
/// <param name="PriceSource">Whom the oracle is asked for in place of the assets of the category; zero: for each its own price.</param>
public readonly record struct EModeCategory(uint LtvBps, uint LiquidationThresholdBps, uint LiquidationBonusBps, Address PriceSource);
