using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>
/// Totals and health factor of an account over its entries and the market's prices, and the prices at which a health factor is met. Allocates nothing;
/// a reader on any thread may call it on copies of his own.
/// </summary>
/// <remarks>Source: GenericLogic.calculateUserAccountData of Aave V3.</remarks>
public static class AccountMath
{
    /// <summary>For no changed price.</summary>
    public const int NoSlot = -1;

    // Prices above this are no prices: 2^160 of the base currency's smallest unit.
    private const int MostPriceBits = 160;

    /// <summary>Everything that <c>getUserAccountData</c> answers.</summary>
    public static LendingStatus Measure(ReadOnlySpan<AccountEntry> entries, ReadOnlySpan<UInt256> prices, out AccountData data)
    {
        data = default;
        LendingStatus status = Sum(entries, prices, NoSlot, UInt256.Zero, out Totals totals);
        if (status != LendingStatus.Exact)
            return status;
        status = totals.HealthFactor(out UInt256 healthFactor);
        UInt256 ltv = totals.Collateral.IsZero ? UInt256.Zero : totals.WeightedLtv / totals.Collateral;
        if (status != LendingStatus.Exact || !WadRay.TryPercentMul(totals.Collateral, (ulong)ltv, out UInt256 limit))
            return status == LendingStatus.Exact ? LendingStatus.Overflow : status;
        data = new AccountData(
            totals.Collateral, totals.Debt, limit < totals.Debt ? UInt256.Zero : limit - totals.Debt, totals.AverageThreshold, ltv, healthFactor,
            HasZeroLtv(entries));
        return LendingStatus.Exact;
    }

    /// <summary>The health factor in wad, with one of the prices replaced: what a new price would do before it is anywhere.</summary>
    /// <param name="entries">The account at a time: <see cref="LendingMarket.Fill"/>.</param>
    /// <param name="prices">The market's, by slot.</param>
    /// <param name="slot">Whose price is replaced; <see cref="NoSlot"/>: none.</param>
    /// <param name="price">In its place.</param>
    /// <param name="healthFactor">The greatest number where nothing is owed.</param>
    public static LendingStatus HealthFactor(
        ReadOnlySpan<AccountEntry> entries, ReadOnlySpan<UInt256> prices, int slot, in UInt256 price, out UInt256 healthFactor)
    {
        healthFactor = default;
        LendingStatus status = Sum(entries, prices, slot, in price, out Totals totals);
        return status == LendingStatus.Exact ? totals.HealthFactor(out healthFactor) : status;
    }

    /// <summary>
    /// The last price of one slot at which a health factor is still met: the least one where the slot is collateral, the greatest one where it is debt.
    /// One unit further it is not met. With 10^18 it is the edge of liquidation.
    /// </summary>
    /// <remarks>
    /// With one collateral the health factor rises with its price, and the answer is the only one. With several, the contracts round the average
    /// threshold down to a basis point, which makes a fine saw of the rise: then the answer is one crossing, and others may lie within about a basis
    /// point of it.
    /// </remarks>
    public static LendingStatus PriceAtHealthFactor(
        ReadOnlySpan<AccountEntry> entries, ReadOnlySpan<UInt256> prices, int slot, in UInt256 wanted, out UInt256 price)
    {
        price = default;
        if ((uint)slot >= (uint)prices.Length)
            return LendingStatus.NeverMet;
        LendingStatus status = IsMet(entries, prices, slot, UInt256.One, in wanted, out bool atBottom);
        if (status != LendingStatus.Exact)
            return status;

        // Doubling from the bottom finds the first power of two on the other side; the crossing lies between it and its half.
        UInt256 near = UInt256.One, far = UInt256.One;
        bool met = atBottom;
        for (int bit = 1; met == atBottom; bit++)
        {
            if (bit > MostPriceBits)
                return LendingStatus.NeverMet;
            near = far;
            far = UInt256.One << bit;
            status = IsMet(entries, prices, slot, in far, in wanted, out met);
            if (status != LendingStatus.Exact)
                return status;
        }
        while (far - near > UInt256.One)
        {
            UInt256 middle = (near + far) >> 1;
            status = IsMet(entries, prices, slot, in middle, in wanted, out met);
            if (status != LendingStatus.Exact)
                return status;
            (near, far) = met == atBottom ? (middle, far) : (near, middle);
        }
        price = atBottom ? near : far;
        return LendingStatus.Exact;
    }

    private static LendingStatus IsMet(
        ReadOnlySpan<AccountEntry> entries, ReadOnlySpan<UInt256> prices, int slot, in UInt256 price, in UInt256 wanted, out bool met)
    {
        LendingStatus status = HealthFactor(entries, prices, slot, in price, out UInt256 healthFactor);
        met = healthFactor >= wanted;
        return status;
    }

    private static bool HasZeroLtv(ReadOnlySpan<AccountEntry> entries)
    {
        foreach (ref readonly AccountEntry entry in entries)
            if (entry is { IsCollateral: true, LtvBps: 0 })
                return true;
        return false;
    }

    private static LendingStatus Sum(
        ReadOnlySpan<AccountEntry> entries, ReadOnlySpan<UInt256> prices, int slot, in UInt256 changed, out Totals totals)
    {
        totals = default;
        foreach (ref readonly AccountEntry entry in entries)
        {
            ref readonly UInt256 price = ref entry.PriceSlot == slot ? ref changed : ref prices[entry.PriceSlot];
            if (price.IsZero)
                return LendingStatus.NoPrice;
            if (entry.IsCollateral && !totals.TryAddCollateral(in entry, in price))
                return LendingStatus.Overflow;
            if (!entry.Debt.IsZero && !totals.TryAddDebt(in entry, in price))
                return LendingStatus.Overflow;
        }
        return LendingStatus.Exact;
    }

    private struct Totals
    {
        public UInt256 Collateral;
        public UInt256 Debt;
        public UInt256 WeightedLtv;
        public UInt256 WeightedThreshold;

        public readonly UInt256 AverageThreshold => Collateral.IsZero ? UInt256.Zero : WeightedThreshold / Collateral;

        public bool TryAddCollateral(in AccountEntry entry, in UInt256 price)
        {
            if (!UInt256.TryMultiply(in entry.Collateral, in price, out UInt256 value))
                return false;
            value /= entry.Unit;
            return UInt256.TryAdd(in Collateral, in value, out Collateral)
                && UInt256.TryMultiply(in value, entry.LtvBps, out UInt256 ltv)
                && UInt256.TryAdd(in WeightedLtv, in ltv, out WeightedLtv)
                && UInt256.TryMultiply(in value, entry.LiquidationThresholdBps, out UInt256 threshold)
                && UInt256.TryAdd(in WeightedThreshold, in threshold, out WeightedThreshold);
        }

        public bool TryAddDebt(in AccountEntry entry, in UInt256 price)
        {
            if (!UInt256.TryMultiply(in entry.Debt, in price, out UInt256 value))
                return false;
            value /= entry.Unit;
            return UInt256.TryAdd(in Debt, in value, out Debt);
        }

        public readonly LendingStatus HealthFactor(out UInt256 healthFactor)
        {
            healthFactor = UInt256.MaxValue;
            if (Debt.IsZero)
                return LendingStatus.Exact;
            return WadRay.TryPercentMul(in Collateral, (ulong)AverageThreshold, out UInt256 counted)
                && WadRay.TryWadDiv(in counted, in Debt, out healthFactor)
                    ? LendingStatus.Exact
                    : LendingStatus.Overflow;
        }
    }
}
