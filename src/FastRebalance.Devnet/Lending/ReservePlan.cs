namespace FastRebalance.Devnet.Lending;

/// <summary>How one token is lent and borrowed; percentages in basis points, rates in basis points a year, caps in whole tokens.</summary>
internal sealed record ReservePlan(string Symbol)
{
    public required int LtvBps { get; init; }

    public required int LiquidationThresholdBps { get; init; }

    /// <summary>What a liquidator gets for 10 000 of debt: 10 500 is a bonus of 5 %.</summary>
    public required int LiquidationBonusBps { get; init; }

    /// <summary>The protocol's share of the bonus.</summary>
    public int LiquidationProtocolFeeBps { get; init; } = 1_000;

    public required int ReserveFactorBps { get; init; }

    public required ulong SupplyCap { get; init; }

    public required ulong BorrowCap { get; init; }

    public int OptimalUsageBps { get; init; } = 9_000;

    public required int Slope1Bps { get; init; }

    public required int Slope2Bps { get; init; }

    /// <summary>0 for none.</summary>
    public int EModeCategory { get; init; }

    /// <summary>In cents of the base currency; above 0 the token is collateral in isolation only.</summary>
    public ulong DebtCeilingCents { get; init; }

    public bool BorrowableInIsolation { get; init; }

    /// <summary>What the lender supplies, in USDC.</summary>
    public required double LentValueUsdc { get; init; }
}
