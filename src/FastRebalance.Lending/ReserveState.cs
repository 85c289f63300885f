using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>
/// All numbers of a reserve, as its contracts store them; a copy is a what-if. Indices in ray, amounts in base units of the asset, scaled amounts in
/// base units divided by an index, times in seconds. Stable debt is not followed.
/// </summary>
/// <remarks>Source: ReserveLogic of Aave V3, roundings included. The methods that change it answer false where the contracts revert; the copy is then void.</remarks>
public record struct ReserveState
{
    public ReserveConfiguration Configuration { get; set; }

    /// <summary>What one scaled unit of supply was worth at the last update.</summary>
    public UInt128 LiquidityIndex { get; set; }

    /// <summary>What one scaled unit of variable debt came to at the last update.</summary>
    public UInt128 BorrowIndex { get; set; }

    public ReserveRates Rates { get; set; }

    public ulong LastUpdate { get; set; }

    /// <summary>Scaled: the treasury's share that was not minted yet.</summary>
    public UInt128 AccruedToTreasury { get; set; }

    public UInt128 Unbacked { get; set; }

    /// <summary>In cents: what is owed by accounts that use this reserve in isolation. It hangs on the account, and a what-if leaves it alone.</summary>
    public UInt128 IsolatedDebt { get; set; }

    /// <summary>Scaled: all aTokens.</summary>
    public UInt128 ScaledSupply { get; set; }

    /// <summary>Scaled: all variable debt.</summary>
    public UInt128 ScaledDebt { get; set; }

    /// <summary>What the aToken holds of the asset.</summary>
    public UInt256 Available { get; set; }

    /// <summary>The liquidity index with the interest up to a time: scaled supply times it, half up, is the balance.</summary>
    public readonly LendingStatus IncomeAt(ulong time, out UInt256 index)
    {
        index = LiquidityIndex;
        if (time <= LastUpdate)
            return time == LastUpdate ? LendingStatus.Exact : LendingStatus.TimeRunsBack;
        bool fits = Interest.TryLinear(Rates.Supply, time - LastUpdate, out UInt256 factor)
            && WadRay.TryRayMul(in factor, LiquidityIndex, out index);
        return fits ? LendingStatus.Exact : LendingStatus.Overflow;
    }

    /// <summary>The borrow index with the interest up to a time: scaled debt times it, half up, is the debt.</summary>
    public readonly LendingStatus DebtIndexAt(ulong time, out UInt256 index)
    {
        index = BorrowIndex;
        if (time <= LastUpdate)
            return time == LastUpdate ? LendingStatus.Exact : LendingStatus.TimeRunsBack;
        bool fits = Interest.TryCompounded(Rates.Borrow, time - LastUpdate, out UInt256 factor)
            && WadRay.TryRayMul(in factor, BorrowIndex, out index);
        return fits ? LendingStatus.Exact : LendingStatus.Overflow;
    }

    /// <summary>What the contract does before anything else in a transaction: indices up to the time, the treasury's share of the new interest.</summary>
    public bool TryUpdate(ulong time)
    {
        if (time == LastUpdate)
            return true;
        UInt128 before = BorrowIndex;
        // Both indices stand still where nothing earns or owes, other than in the questions above.
        if (Rates.Supply != 0)
        {
            if (IncomeAt(time, out UInt256 income) != LendingStatus.Exact || !income.FitsUInt128)
                return false;
            LiquidityIndex = (UInt128)income;
        }
        if (ScaledDebt != 0)
        {
            if (DebtIndexAt(time, out UInt256 debt) != LendingStatus.Exact || !debt.FitsUInt128)
                return false;
            BorrowIndex = (UInt128)debt;
        }
        LastUpdate = time;
        return TryAccrue(before);
    }

    /// <summary>The state after a supply at a time.</summary>
    public bool TrySupply(RateStrategy strategy, ulong time, in UInt256 amount) =>
        TryUpdate(time)
        && TrySetRates(strategy, in amount, UInt256.Zero)
        && WadRay.TryRayDiv(in amount, LiquidityIndex, out UInt256 scaled)
        && TryAdd(ScaledSupply, in scaled, out UInt128 supply)
        && Set(ref this, supply, ScaledDebt, Available + amount);

    /// <summary>The state after a withdrawal at a time.</summary>
    public bool TryWithdraw(RateStrategy strategy, ulong time, in UInt256 amount) =>
        TryUpdate(time)
        && amount <= Available
        && TrySetRates(strategy, UInt256.Zero, in amount)
        && WadRay.TryRayDiv(in amount, LiquidityIndex, out UInt256 scaled)
        && scaled <= ScaledSupply
        && Set(ref this, ScaledSupply - (UInt128)scaled, ScaledDebt, Available - amount);

    /// <summary>The state after a variable borrowing at a time: its <see cref="Rates"/> are what is then paid.</summary>
    public bool TryBorrow(RateStrategy strategy, ulong time, in UInt256 amount) =>
        TryUpdate(time)
        && amount <= Available
        && WadRay.TryRayDiv(in amount, BorrowIndex, out UInt256 scaled)
        && TryAdd(ScaledDebt, in scaled, out UInt128 debt)
        && Set(ref this, ScaledSupply, debt, Available)
        && TrySetRates(strategy, UInt256.Zero, in amount)
        && Set(ref this, ScaledSupply, ScaledDebt, Available - amount);

    /// <summary>The state after a variable debt, or a part of it, was paid back at a time.</summary>
    public bool TryRepay(RateStrategy strategy, ulong time, in UInt256 amount) =>
        TryUpdate(time)
        && WadRay.TryRayDiv(in amount, BorrowIndex, out UInt256 scaled)
        && scaled <= ScaledDebt
        && Set(ref this, ScaledSupply, ScaledDebt - (UInt128)scaled, Available)
        && TrySetRates(strategy, in amount, UInt256.Zero)
        && Set(ref this, ScaledSupply, ScaledDebt, Available + amount);

    /// <summary>Takes the rates of the strategy for the debt as it stands and so much more or less to borrow.</summary>
    private bool TrySetRates(RateStrategy strategy, in UInt256 added, in UInt256 taken)
    {
        if (!WadRay.TryRayMul(ScaledDebt, BorrowIndex, out UInt256 debt)
            || !UInt256.TryAdd(Available, in added, out UInt256 available)
            || !UInt256.TrySubtract(in available, in taken, out available)
            || !strategy.TryRates(in available, in debt, Unbacked, Configuration.ReserveFactorBps, out ReserveRates rates))
            return false;
        Rates = rates;
        return true;
    }

    private bool TryAccrue(UInt128 indexBefore)
    {
        uint factor = Configuration.ReserveFactorBps;
        if (factor == 0)
            return true;
        if (!WadRay.TryRayMul(ScaledDebt, indexBefore, out UInt256 before) || !WadRay.TryRayMul(ScaledDebt, BorrowIndex, out UInt256 now)
            || !WadRay.TryPercentMul(now - before, factor, out UInt256 share))
            return false;
        if (share.IsZero)
            return true;
        if (!WadRay.TryRayDiv(in share, LiquidityIndex, out UInt256 scaled) || !TryAdd(AccruedToTreasury, in scaled, out UInt128 accrued))
            return false;
        AccruedToTreasury = accrued;
        return true;
    }

    private static bool Set(ref ReserveState state, UInt128 scaledSupply, UInt128 scaledDebt, in UInt256 available)
    {
        state.ScaledSupply = scaledSupply;
        state.ScaledDebt = scaledDebt;
        state.Available = available;
        return true;
    }

    private static bool TryAdd(UInt128 left, in UInt256 right, out UInt128 sum)
    {
        bool fits = UInt256.TryAdd(left, in right, out UInt256 wide) && wide.FitsUInt128;
        sum = fits ? (UInt128)wide : default;
        return fits;
    }
}
