using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Lending;

namespace FastRebalance.MarketData.Lending;

/// <summary>What a market's copy says of one reserve at a time, in the engine's words. Exact in units, rounded where the engine takes a float.</summary>
internal static class LendingSurvey
{
    private const double Ray = 1e27;

    public static LendingStatus Terms(LendingMarket market, LendingAccount account, LendingReserve reserve, ulong time, out LendingTerms terms)
    {
        terms = default;
        ref readonly ReserveState state = ref reserve.State;
        LendingStatus status = Room.Borrowable(market, account, reserve, time, out terms.Borrowable);
        if (status == LendingStatus.Exact)
            status = Room.Suppliable(reserve, time, out terms.Suppliable);
        if (status != LendingStatus.Exact)
            return status;
        AccountTerms own = market.TermsOf(account, reserve);
        UInt256 price = market.Prices[own.PriceSlot];
        terms.OraclePrice = price <= (UInt256)ulong.MaxValue ? price.Limb0 : 0;
        terms.OracleUnixSeconds = (uint)Math.Min(market.PriceTimes[own.PriceSlot], uint.MaxValue);
        terms.SupplyRatePerYear = (float)((double)state.Rates.Supply / Ray);
        terms.BorrowRatePerYear = (float)((double)state.Rates.Borrow / Ray);
        terms.LiquidationThresholdBps = (ushort)own.LiquidationThresholdBps;
        terms.LoanToValueBps = (ushort)own.LtvBps;
        terms.LiquidationBonusBps = (ushort)(Math.Max(own.LiquidationBonusBps, (uint)WadRay.Whole) - (uint)WadRay.Whole);
        if (state.Configuration is { IsActive: true, IsPaused: false })
            terms.Flags |= LendingFlags.IsOpen;
        if (!state.Configuration.IsFrozen)
            terms.Flags |= LendingFlags.TakesMore;
        return LendingStatus.Exact;
    }

    /// <summary>As the aToken and the token of variable debt would answer <c>balanceOf</c> in a block of that time.</summary>
    public static LendingStatus Position(LendingMarket market, LendingAccount account, LendingReserve reserve, ulong time, out LendingPosition position)
    {
        position = default;
        LendingStatus status = reserve.State.IncomeAt(time, out UInt256 income);
        if (status != LendingStatus.Exact)
            return status;
        status = reserve.State.DebtIndexAt(time, out UInt256 index);
        if (status != LendingStatus.Exact)
            return status;
        position.IsCollateral = account.Configuration.IsCollateral(reserve.Id) && market.TermsOf(account, reserve).CanBeCollateral;
        return WadRay.TryRayMul(account.ScaledSupply[reserve.Id], in income, out position.Supplied)
            && WadRay.TryRayMul(account.ScaledDebt[reserve.Id], in index, out position.Borrowed)
                ? LendingStatus.Exact
                : LendingStatus.Overflow;
    }

    public static bool AreSame(in LendingTerms one, in LendingTerms other) =>
        one.Borrowable == other.Borrowable && one.Suppliable == other.Suppliable
        && one.OraclePrice == other.OraclePrice && one.OracleUnixSeconds == other.OracleUnixSeconds
        && one.SupplyRatePerYear.Equals(other.SupplyRatePerYear) && one.BorrowRatePerYear.Equals(other.BorrowRatePerYear)
        && one.LiquidationThresholdBps == other.LiquidationThresholdBps && one.LoanToValueBps == other.LoanToValueBps
        && one.LiquidationBonusBps == other.LiquidationBonusBps && one.Flags == other.Flags;
}
