namespace FastRebalance.Lending;

/// <summary>How a reserve counts for an account. Shares in basis points.</summary>
/// <param name="PriceSlot">Where its price stands in <see cref="LendingMarket.Prices"/>.</param>
/// <param name="CanBeCollateral">Whether it counts at all: not without a threshold of its own, whatever a category says.</param>
/// <param name="LtvBps">How much may be borrowed against it; 0: nothing.</param>
/// <param name="LiquidationThresholdBps">Where liquidation begins.</param>
/// <param name="LiquidationBonusBps">Collateral that a liquidator gets for 10 000 of debt.</param>
public readonly record struct AccountTerms(
    int PriceSlot, bool CanBeCollateral, uint LtvBps, uint LiquidationThresholdBps, uint LiquidationBonusBps);
