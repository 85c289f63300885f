using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>Foretells <c>liquidationCall</c> to the unit. Allocates nothing.</summary>
/// <remarks>
/// Source: LiquidationLogic of Aave V3. A rollup's sentinel, which holds liquidations back after an outage of the sequencer, is not asked.
/// </remarks>
public static class Liquidation
{
    /// <summary>How much of a debt may be repaid at once while the health factor is above <see cref="FullCloseBelow"/>.</summary>
    public const uint PartCloseBps = 5_000;

    /// <summary>0.95 in wad: at it and below, all of the debt.</summary>
    public static readonly UInt256 FullCloseBelow = (UInt256)95 * UInt256.PowerOfTen(16);

    /// <param name="market">Where both reserves stand.</param>
    /// <param name="account">Whose debt is repaid.</param>
    /// <param name="collateral">Place of the reserve that is taken.</param>
    /// <param name="debt">Place of the reserve that is repaid.</param>
    /// <param name="debtToCover">Base units; more than may be repaid is cut, so that <see cref="UInt256.MaxValue"/> is all that may.</param>
    /// <param name="time">Of the block that would hold it.</param>
    /// <param name="entries">Room for the account: <see cref="AccountConfiguration.MostReserves"/> always suffice.</param>
    /// <param name="amounts">What it would move.</param>
    public static LendingStatus Predict(
        LendingMarket market, LendingAccount account, int collateral, int debt, in UInt256 debtToCover, ulong time, Span<AccountEntry> entries,
        out LiquidationAmounts amounts)
    {
        amounts = default;
        LendingStatus status = market.Fill(account, time, entries, out int count);
        if (status != LendingStatus.Exact)
            return status;
        status = AccountMath.HealthFactor(entries[..count], market.Prices, AccountMath.NoSlot, UInt256.Zero, out UInt256 healthFactor);
        if (status != LendingStatus.Exact)
            return status;
        status = Check(market, account, collateral, debt, in healthFactor);
        if (status != LendingStatus.Exact)
            return status;
        uint closeFactor = healthFactor > FullCloseBelow ? PartCloseBps : (uint)WadRay.Whole;
        return Amounts(market, account, collateral, debt, in debtToCover, time, closeFactor, in healthFactor, out amounts);
    }

    // In the order of the contract: the first reason is the one that it would revert with.
    private static LendingStatus Check(LendingMarket market, LendingAccount account, int collateral, int debt, in UInt256 healthFactor)
    {
        if (!market.TryReserve(collateral, out LendingReserve? taken) || !market.TryReserve(debt, out LendingReserve? repaid))
            return LendingStatus.ReserveInactive;
        ReserveConfiguration take = taken.State.Configuration, repay = repaid.State.Configuration;
        if (!take.IsActive || !repay.IsActive)
            return LendingStatus.ReserveInactive;
        if (take.IsPaused || repay.IsPaused)
            return LendingStatus.ReservePaused;
        if (healthFactor >= WadRay.Wad)
            return LendingStatus.Healthy;
        if (take.LiquidationThresholdBps == 0 || !account.Configuration.IsCollateral(collateral))
            return LendingStatus.NotCollateral;
        return account.ScaledDebt[debt] == 0 ? LendingStatus.NoDebt : LendingStatus.Exact;
    }

    private static LendingStatus Amounts(
        LendingMarket market, LendingAccount account, int collateral, int debt, in UInt256 debtToCover, ulong time, uint closeFactor,
        in UInt256 healthFactor, out LiquidationAmounts amounts)
    {
        amounts = default;
        LendingReserve taken = market.Reserve(collateral), repaid = market.Reserve(debt);
        LendingStatus status = repaid.State.DebtIndexAt(time, out UInt256 debtIndex);
        if (status != LendingStatus.Exact)
            return status;
        status = taken.State.IncomeAt(time, out UInt256 income);
        if (status != LendingStatus.Exact)
            return status;
        if (!WadRay.TryRayMul(account.ScaledDebt[debt], in debtIndex, out UInt256 owed) || !WadRay.TryPercentMul(in owed, closeFactor, out UInt256 most)
            || !WadRay.TryRayMul(account.ScaledSupply[collateral], in income, out UInt256 held))
            return LendingStatus.Overflow;
        (uint bonus, UInt256 price, UInt256 debtPrice) = Terms(market, account, taken, repaid);
        if (price.IsZero || debtPrice.IsZero)
            return LendingStatus.NoPrice;

        UInt256 covered = UInt256.Min(in debtToCover, in most);
        if (!TryConvert(in covered, in debtPrice, repaid.Unit, in price, taken.Unit, out UInt256 worth)
            || !WadRay.TryPercentMul(in worth, bonus, out UInt256 seized))
            return LendingStatus.Overflow;
        if (seized > held)
        {
            seized = held;
            if (!TryConvert(in held, in price, taken.Unit, in debtPrice, repaid.Unit, out UInt256 needed)
                || !WadRay.TryPercentDiv(in needed, bonus, out covered))
                return LendingStatus.Overflow;
        }
        if (!TryFee(in seized, bonus, taken.State.Configuration.LiquidationProtocolFeeBps, out UInt256 fee))
            return LendingStatus.Overflow;
        UInt256 paid = seized - fee;
        if (!TryCutFee(account.ScaledSupply[collateral], in paid, in income, ref fee))
            return LendingStatus.Overflow;
        amounts = new LiquidationAmounts(covered, paid, fee, closeFactor, healthFactor);
        return LendingStatus.Exact;
    }

    // The category's bonus where the collateral is in it, and the category's own price where it has one.
    private static (uint Bonus, UInt256 Price, UInt256 DebtPrice) Terms(
        LendingMarket market, LendingAccount account, LendingReserve taken, LendingReserve repaid)
    {
        byte category = account.EModeCategory;
        bool isIn = category != 0 && taken.State.Configuration.EModeCategory == category;
        EModeCategory terms = market.Category(category);
        bool ownPrice = category != 0 && !terms.PriceSource.IsZero;
        int slot = LendingMarket.SlotOfCategory(category);
        return (
            isIn ? terms.LiquidationBonusBps : taken.State.Configuration.LiquidationBonusBps,
            market.Prices[isIn && ownPrice ? slot : taken.Id],
            market.Prices[ownPrice ? slot : repaid.Id]);
    }

    // price * amount * unit / (otherPrice * otherUnit), rounded down; each product in one word.
    private static bool TryConvert(in UInt256 amount, in UInt256 price, ulong unit, in UInt256 toPrice, ulong toUnit, out UInt256 converted)
    {
        converted = default;
        if (!UInt256.TryMultiply(in price, in amount, out UInt256 value) || !UInt256.TryMultiply(in value, toUnit, out value)
            || !UInt256.TryMultiply(in toPrice, unit, out UInt256 divisor) || divisor.IsZero)
            return false;
        converted = value / divisor;
        return true;
    }

    private static bool TryFee(in UInt256 seized, uint bonus, uint feeBps, out UInt256 fee)
    {
        fee = UInt256.Zero;
        return feeBps == 0
            || (WadRay.TryPercentDiv(in seized, bonus, out UInt256 bare)
                && UInt256.TrySubtract(in seized, in bare, out UInt256 extra)
                && WadRay.TryPercentMul(in extra, feeBps, out fee));
    }

    // What is left of the account after the liquidator's share may fall short of the fee by a rounding.
    private static bool TryCutFee(UInt128 scaled, in UInt256 paid, in UInt256 income, ref UInt256 fee)
    {
        if (fee.IsZero)
            return true;
        if (!WadRay.TryRayDiv(in paid, in income, out UInt256 gone) || !WadRay.TryRayDiv(in fee, in income, out UInt256 scaledFee)
            || !UInt256.TrySubtract(scaled, in gone, out UInt256 left))
            return false;
        return scaledFee <= left || WadRay.TryRayMul(in left, in income, out fee);
    }
}
