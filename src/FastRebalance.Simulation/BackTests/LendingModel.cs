namespace FastRebalance.Simulation.BackTests;

/// <summary>
/// A lending market as far as a back-test knows one: constant rates, the tape's prices as its oracle, no caps, and Aave V3's rules of
/// liquidation. Arrays are by asset.
/// </summary>
/// <param name="LiquidationThresholds">Share of collateral that counts against debt.</param>
/// <param name="LoanToValues">Share of collateral that new debt may be taken out against.</param>
/// <param name="SupplyRatesPerYear">Earned, as a fraction, compounded.</param>
/// <param name="BorrowRatesPerYear">Charged.</param>
/// <param name="LiquidationBonus">What a liquidator gets on top, as a fraction.</param>
public sealed record LendingModel(
    double[] LiquidationThresholds, double[] LoanToValues, double[] SupplyRatesPerYear, double[] BorrowRatesPerYear, double LiquidationBonus);
