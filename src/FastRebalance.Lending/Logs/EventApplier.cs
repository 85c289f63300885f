using FastRebalance.Core.Assets;

namespace FastRebalance.Lending.Logs;

/// <summary>Takes events into a market's state, as the contracts changed theirs.</summary>
internal static class EventApplier
{
    public static LendingLogStatus Apply(LendingMarket market, in LendingEvent e) => e.Kind switch
    {
        LendingEventKind.Supplied or LendingEventKind.Withdrawn or LendingEventKind.Borrowed or LendingEventKind.Repaid
            or LendingEventKind.Liquidated => LendingLogStatus.Told,
        LendingEventKind.BeyondLogs => LendingLogStatus.NeedsReading,
        LendingEventKind.EModeSet or LendingEventKind.CollateralUsed => UseAccount(market, in e),
        LendingEventKind.CategorySet => SetCategory(market, in e),
        LendingEventKind.FlashPremiumSet => SetFlashPremium(market, in e),
        LendingEventKind.PriceAnswered => SetPrice(market, in e),
        LendingEventKind.PriceSourceSet => ForgetPrice(market, in e),
        LendingEventKind.None or LendingEventKind.Malformed => LendingLogStatus.Unknown,
        _ => market.TryReserve(e.Reserve, out LendingReserve? reserve) ? ApplyTo(market, reserve, in e) : LendingLogStatus.NeedsReading,
    };

    private static LendingLogStatus ApplyTo(LendingMarket market, LendingReserve reserve, in LendingEvent e)
    {
        ref ReserveState state = ref reserve.State;
        switch (e.Kind)
        {
            case LendingEventKind.ReserveUpdated:
                return Update(ref state, in e);
            case LendingEventKind.SupplyMinted or LendingEventKind.SupplyBurnt:
                return ChangeSupply(market, reserve, in e);
            case LendingEventKind.SupplyMoved:
                return MoveSupply(market, reserve, in e);
            case LendingEventKind.DebtMinted or LendingEventKind.DebtBurnt:
                return ChangeDebt(market, reserve, in e);
            case LendingEventKind.AvailableIn:
                state.Available = UInt256.WrappingAdd(state.Available, e.A);
                return LendingLogStatus.Applied;
            case LendingEventKind.AvailableOut:
                bool enough = e.A <= state.Available;
                state.Available = UInt256.WrappingSubtract(state.Available, e.A);
                return Is(enough);
            case LendingEventKind.FlashLoaned:
                return ShareFlashPremium(market, ref state, in e);
            case LendingEventKind.TreasuryMinted:
                state.AccruedToTreasury = 0;
                return LendingLogStatus.Applied;
            case LendingEventKind.IsolatedDebtSet:
                state.IsolatedDebt = new UInt128(e.A.Limb1, e.A.Limb0);
                return Is(e.A.FitsUInt128);
            case LendingEventKind.UnbackedMinted:
                return Is(TryAdd(state.Unbacked, in e.A, out UInt128 unbacked) && Assign(ref state, unbacked));
            case LendingEventKind.ConfigurationSet:
                state.Configuration = Configure(state.Configuration, in e);
                return LendingLogStatus.Applied;
            default:
                return LendingLogStatus.Unknown;
        }
    }

    private static LendingLogStatus Update(ref ReserveState state, in LendingEvent e)
    {
        // The treasury's share comes of the indices before; these then are the contract's own word.
        if (e.Time < state.LastUpdate || !state.TryUpdate(e.Time))
            return LendingLogStatus.Contradicts;
        state.Rates = new ReserveRates((UInt128)e.A, (UInt128)e.B);
        state.LiquidityIndex = (UInt128)e.C;
        state.BorrowIndex = (UInt128)e.D;
        return LendingLogStatus.Applied;
    }

    private static LendingLogStatus ChangeSupply(LendingMarket market, LendingReserve reserve, in LendingEvent e)
    {
        ref ReserveState state = ref reserve.State;
        if (!TryChange(in e, out UInt256 amount, out bool grows) || !WadRay.TryRayDiv(in amount, in e.C, out UInt256 scaled)
            || !TryShift(state.ScaledSupply, in scaled, grows, out UInt128 total))
            return LendingLogStatus.Contradicts;
        if (market.Find(in e.Account) is { IsReady: true } account)
        {
            if (!TryShift(account.SupplyOf(reserve.Id), in scaled, grows, out UInt128 own))
                return LendingLogStatus.Contradicts;
            account.SupplyOf(reserve.Id) = own;
        }
        state.ScaledSupply = total;
        return LendingLogStatus.Applied;
    }

    private static LendingLogStatus MoveSupply(LendingMarket market, LendingReserve reserve, in LendingEvent e)
    {
        if (market.Find(in e.Account) is { IsReady: true } from)
        {
            if (!TryShift(from.SupplyOf(reserve.Id), in e.A, grows: false, out UInt128 left))
                return LendingLogStatus.Contradicts;
            from.SupplyOf(reserve.Id) = left;
        }
        if (market.Find(in e.Other) is { IsReady: true } to)
        {
            if (!TryShift(to.SupplyOf(reserve.Id), in e.A, grows: true, out UInt128 now))
                return LendingLogStatus.Contradicts;
            to.SupplyOf(reserve.Id) = now;
        }
        return LendingLogStatus.Applied;
    }

    private static LendingLogStatus ChangeDebt(LendingMarket market, LendingReserve reserve, in LendingEvent e)
    {
        // The pool brings its indices up to the block before it touches a debt, and tells of them only afterwards.
        ref ReserveState state = ref reserve.State;
        if (e.Time < state.LastUpdate || !state.TryUpdate(e.Time))
            return LendingLogStatus.Contradicts;
        if (!TryChange(in e, out UInt256 amount, out bool grows) || !WadRay.TryRayDiv(in amount, in e.C, out UInt256 scaled)
            || !TryShift(state.ScaledDebt, in scaled, grows, out UInt128 total))
            return LendingLogStatus.Contradicts;
        if (market.Find(in e.Account) is { IsReady: true } account)
        {
            ref UInt128 own = ref account.DebtOf(reserve.Id);
            if (!WadRay.TryRayMul(own, in e.C, out UInt256 owed) || !TryShift(own, in scaled, grows, out UInt128 left))
                return LendingLogStatus.Contradicts;
            own = left;
            // The pool calls it a debt until all of it was paid, even where the rest scales down to nothing.
            if (grows || amount == owed)
                account.Configuration = account.Configuration.WithBorrowing(reserve.Id, grows);
        }
        state.ScaledDebt = total;
        return LendingLogStatus.Applied;
    }

    // A token tells of the amount and of the interest since the owner's last as one number. A repayment that is smaller than that interest is told of
    // as a mint of the difference.
    private static bool TryChange(in LendingEvent e, out UInt256 amount, out bool grows)
    {
        grows = e.Kind is LendingEventKind.SupplyMinted or LendingEventKind.DebtMinted && e.A >= e.B;
        if (e.Kind is LendingEventKind.SupplyBurnt or LendingEventKind.DebtBurnt)
            return UInt256.TryAdd(in e.A, in e.B, out amount);
        amount = grows ? e.A - e.B : e.B - e.A;
        return true;
    }

    private static LendingLogStatus UseAccount(LendingMarket market, in LendingEvent e)
    {
        if (market.Find(in e.Account) is not { IsReady: true } account)
            return LendingLogStatus.Told;
        if (e.Kind == LendingEventKind.EModeSet)
            account.EModeCategory = (byte)e.A.Limb0;
        else
            account.Configuration = account.Configuration.WithCollateral(e.Reserve, !e.A.IsZero);
        return LendingLogStatus.Applied;
    }

    private static LendingLogStatus SetCategory(LendingMarket market, in LendingEvent e)
    {
        byte category = (byte)e.Reserve;
        bool sameSource = market.Category(category).PriceSource == e.Other;
        market.SetCategory(category, new EModeCategory((uint)e.A.Limb0, (uint)e.B.Limb0, (uint)e.C.Limb0, e.Other));
        if (sameSource || e.Other.IsZero)
            return LendingLogStatus.Applied;
        market.SetPrice(LendingMarket.SlotOfCategory(category), UInt256.Zero, 0);
        return LendingLogStatus.NeedsReading;
    }

    private static LendingLogStatus SetFlashPremium(LendingMarket market, in LendingEvent e)
    {
        market.FlashPremiumToProtocolBps = (uint)e.A.Limb0;
        return LendingLogStatus.Applied;
    }

    private static LendingLogStatus ShareFlashPremium(LendingMarket market, ref ReserveState state, in LendingEvent e)
    {
        if (!WadRay.TryPercentMul(in e.B, market.FlashPremiumToProtocolBps, out UInt256 share)
            || !WadRay.TryRayDiv(in share, state.LiquidityIndex, out UInt256 scaled)
            || !TryAdd(state.AccruedToTreasury, in scaled, out UInt128 accrued))
            return LendingLogStatus.Contradicts;
        state.AccruedToTreasury = accrued;
        return LendingLogStatus.Applied;
    }

    private static LendingLogStatus SetPrice(LendingMarket market, in LendingEvent e)
    {
        foreach (PriceFeed feed in market.Feeds)
            if (feed.Aggregator == e.Account)
                market.SetPrice(feed.Slot, in e.A, e.B.FitsUInt128 ? e.B.Limb0 : 0);
        return LendingLogStatus.Applied;
    }

    private static LendingLogStatus ForgetPrice(LendingMarket market, in LendingEvent e)
    {
        LendingLogStatus status = LendingLogStatus.Told;
        foreach (PriceFeed feed in market.Feeds)
            if (feed.Asset == e.Account)
            {
                market.SetPrice(feed.Slot, UInt256.Zero, 0);
                status = LendingLogStatus.NeedsReading;
            }
        return status;
    }

    private static ReserveConfiguration Configure(ReserveConfiguration old, in LendingEvent e)
    {
        ulong value = e.A.Limb0;
        bool on = value != 0;
        return e.Setting switch
        {
            ReserveSetting.Collateral => old.WithCollateral(value, e.B.Limb0, e.C.Limb0),
            ReserveSetting.Borrowing => old.WithBorrowing(on),
            ReserveSetting.StableBorrowing => old.WithStableBorrowing(on),
            ReserveSetting.FlashLoans => old.WithFlashLoans(on),
            ReserveSetting.Active => old.WithActive(on),
            ReserveSetting.Frozen => old.WithFrozen(on),
            ReserveSetting.Paused => old.WithPaused(on),
            ReserveSetting.Siloed => old.WithSiloed(on),
            ReserveSetting.BorrowableInIsolation => old.WithBorrowableInIsolation(on),
            ReserveSetting.ReserveFactor => old.WithReserveFactor(value),
            ReserveSetting.BorrowCap => old.WithBorrowCap(value),
            ReserveSetting.SupplyCap => old.WithSupplyCap(value),
            ReserveSetting.LiquidationProtocolFee => old.WithLiquidationProtocolFee(value),
            ReserveSetting.UnbackedMintCap => old.WithUnbackedMintCap(value),
            ReserveSetting.DebtCeiling => old.WithDebtCeiling(value),
            ReserveSetting.Category => old.WithEModeCategory(value),
            _ => old,
        };
    }

    private static bool TryShift(UInt128 value, in UInt256 by, bool grows, out UInt128 shifted)
    {
        if (grows)
            return TryAdd(value, in by, out shifted);
        bool fits = by <= value;
        shifted = fits ? value - (UInt128)by : default;
        return fits;
    }

    private static bool TryAdd(UInt128 value, in UInt256 by, out UInt128 sum)
    {
        bool fits = UInt256.TryAdd(value, in by, out UInt256 wide) && wide.FitsUInt128;
        sum = fits ? (UInt128)wide : default;
        return fits;
    }

    private static bool Assign(ref ReserveState state, UInt128 unbacked)
    {
        state.Unbacked = unbacked;
        return true;
    }

    private static LendingLogStatus Is(bool right) => right ? LendingLogStatus.Applied : LendingLogStatus.Contradicts;
}
