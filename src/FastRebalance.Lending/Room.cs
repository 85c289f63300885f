using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>
/// How much more of a reserve the market takes and gives at a time: one unit more and the pool reverts. What the account can afford (its loan to value,
/// its health) is another matter, see <see cref="AccountMath"/>.
/// </summary>
/// <remarks>Source: ValidationLogic.validateSupply and validateBorrow of Aave V3. A rollup's sentinel is not asked.</remarks>
public static class Room
{
    private const int DebtCeilingDecimals = 2;

    /// <summary>Base units that may be supplied yet; the greatest number where there is no cap, zero where the reserve takes nothing.</summary>
    public static LendingStatus Suppliable(LendingReserve reserve, ulong time, out UInt256 units)
    {
        units = default;
        ReserveState state = reserve.State;
        ReserveConfiguration configuration = state.Configuration;
        if (!configuration.IsActive || configuration.IsPaused || configuration.IsFrozen)
            return LendingStatus.Exact;
        units = UInt256.MaxValue;
        if (configuration.SupplyCap == 0)
            return LendingStatus.Exact;
        units = default;
        if (time < state.LastUpdate)
            return LendingStatus.TimeRunsBack;
        if (!state.TryUpdate(time)
            || !WadRay.TryRayMul((UInt256)state.ScaledSupply + state.AccruedToTreasury, state.LiquidityIndex, out UInt256 supplied))
            return LendingStatus.Overflow;
        UInt256 cap = (UInt256)configuration.SupplyCap * reserve.Unit;
        units = supplied < cap ? cap - supplied : UInt256.Zero;
        return LendingStatus.Exact;
    }

    /// <summary>Base units that the account's modes, the cap and what lies in the market let it borrow yet, at a variable rate.</summary>
    public static LendingStatus Borrowable(LendingMarket market, LendingAccount account, LendingReserve reserve, ulong time, out UInt256 units)
    {
        units = default;
        ReserveState state = reserve.State;
        ReserveConfiguration configuration = state.Configuration;
        if (!configuration.IsActive || configuration.IsPaused || configuration.IsFrozen || !configuration.CanBorrow
            || !AreModesMet(market, account, reserve))
            return LendingStatus.Exact;
        if (time < state.LastUpdate)
            return LendingStatus.TimeRunsBack;
        UInt256 room = UInt256.Min(state.Available, IsolationRoom(market, account, reserve));
        if (configuration.BorrowCap != 0)
        {
            if (!state.TryUpdate(time) || !WadRay.TryRayMul(state.ScaledDebt, state.BorrowIndex, out UInt256 owed))
                return LendingStatus.Overflow;
            UInt256 cap = (UInt256)configuration.BorrowCap * reserve.Unit;
            room = owed < cap ? UInt256.Min(in room, cap - owed) : UInt256.Zero;
        }
        units = room;
        return LendingStatus.Exact;
    }

    private static bool AreModesMet(LendingMarket market, LendingAccount account, LendingReserve reserve)
    {
        ReserveConfiguration configuration = reserve.State.Configuration;
        if (account.EModeCategory != 0 && configuration.EModeCategory != account.EModeCategory)
            return false;
        if (Isolating(market, account) is not null && !configuration.IsBorrowableInIsolation)
            return false;
        return (SiloedDebt(market, account) ?? (configuration.IsSiloed ? OtherDebt(market, account, reserve) : null)) is not { } only
            || only.Id == reserve.Id;
    }

    private static UInt256 IsolationRoom(LendingMarket market, LendingAccount account, LendingReserve reserve)
    {
        if (Isolating(market, account) is not { } isolating)
            return UInt256.MaxValue;
        UInt128 ceiling = isolating.State.Configuration.DebtCeiling, debt = isolating.State.IsolatedDebt;
        int decimals = reserve.State.Configuration.Decimals;
        if (debt > ceiling || decimals < DebtCeilingDecimals)
            return UInt256.Zero;
        // Cents are cut off what is asked for: nearly a cent more than the room passes.
        return (UInt256)(ceiling - debt + 1) * UInt256.PowerOfTen(decimals - DebtCeilingDecimals) - UInt256.One;
    }

    // Its only collateral, where that is one that isolates.
    private static LendingReserve? Isolating(LendingMarket market, LendingAccount account) =>
        account.Configuration.OnlyCollateral is >= 0 and int id && market.TryReserve(id, out LendingReserve? reserve)
        && reserve.State.Configuration.DebtCeiling != 0 ? reserve : null;

    // Its only debt, where that is one that suffers no other.
    private static LendingReserve? SiloedDebt(LendingMarket market, LendingAccount account) =>
        account.Configuration.OnlyDebt is >= 0 and int id && market.TryReserve(id, out LendingReserve? reserve)
        && reserve.State.Configuration.IsSiloed ? reserve : null;

    private static LendingReserve? OtherDebt(LendingMarket market, LendingAccount account, LendingReserve reserve)
    {
        foreach (LendingReserve other in market.Reserves)
            if (other.Id != reserve.Id && account.Configuration.IsBorrowing(other.Id))
                return other;
        return null;
    }
}
