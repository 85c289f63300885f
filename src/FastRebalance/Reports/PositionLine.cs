namespace FastRebalance.Reports;

/// <summary>One asset of an account in its lending market.</summary>
/// <param name="Symbol">The asset.</param>
/// <param name="Supplied">Whole tokens, interest in.</param>
/// <param name="Borrowed">Whole tokens owed.</param>
/// <param name="LiquidationThreshold">Share of collateral that counts against debt.</param>
/// <param name="SupplyRatePerYear">Earned, as a fraction.</param>
/// <param name="BorrowRatePerYear">Charged, as a fraction.</param>
public sealed record PositionLine(
    string Symbol, double Supplied, double Borrowed, double LiquidationThreshold, double SupplyRatePerYear, double BorrowRatePerYear);
