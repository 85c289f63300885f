using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Results;

namespace FastRebalance.Verification;

/// <summary>
/// The last look at a plan before its order goes out: every leg quoted again to the unit on the live pools, balances, limits and holdings
/// checked. Allocates nothing after it is made, takes microseconds, and says nothing of how good the plan is.
/// </summary>
/// <remarks>Of the thread that owns the pools. A pool of two assets serves one leg, so that its quote on the live state is the leg's own; of others copies are kept.</remarks>
public sealed class PlanReplay
{
    private const double TwoTo64 = 18446744073709551616.0;

    private readonly Pool?[] _pools;
    private readonly Pool[] _all;
    private readonly bool[] _isUsed;
    private readonly Pool?[] _copies; // of pools of more than two assets, which may serve several legs
    private readonly UInt256[] _balance;
    private readonly LegCircles _circles;
    private readonly uint _gasPerLeg;

    /// <param name="pools">Every pool that plans are made over.</param>
    /// <param name="assetCount">Assets of the requests.</param>
    /// <param name="gasPerLeg">Gas of a leg beside its pool's own swap.</param>
    /// <exception cref="ArgumentException">Two pools have the same id, or one an asset outside the requests.</exception>
    public PlanReplay(IReadOnlyList<Pool> pools, int assetCount, uint gasPerLeg)
    {
        _all = [.. pools];
        _pools = new Pool?[pools.Count == 0 ? 0 : pools.Max(p => p.Id.Index) + 1];
        foreach (Pool pool in pools)
        {
            if (_pools[pool.Id.Index] is not null || pool.Assets.ToArray().Any(a => a.Index >= assetCount))
                throw new ArgumentException($"{pool} shares its id {pool.Id} with another pool or holds an asset beyond the {assetCount} of the requests");
            _pools[pool.Id.Index] = pool;
        }
        _copies = [.. _pools.Select(pool => pool is { Assets.Length: > 2 } && pool.Copy() is { } copy && copy.TryFollow(pool) ? copy : null)];
        _isUsed = new bool[_pools.Length];
        _balance = new UInt256[assetCount];
        _circles = new LegCircles(assetCount);
        _gasPerLeg = gasPerLeg;
    }

    /// <summary>Leg that the last verdict was about; -1 for none.</summary>
    public int Leg { get; private set; } = -1;

    public PlanVerdict Check(BasketRequest request, BasketPlan plan)
    {
        Leg = -1;
        PlanVerdict verdict = PlanRules.Shape(request, plan, _balance.Length);
        if (verdict == PlanVerdict.Verified)
            verdict = PlanRules.Status(plan);
        if (verdict == PlanVerdict.Verified)
            verdict = PlanRules.Request(request);
        if (verdict == PlanVerdict.Verified)
            verdict = PlanRules.Numbers(plan);
        if (verdict != PlanVerdict.Verified)
            return verdict;
        if (plan.StateVersion != Version())
            return PlanVerdict.StateChanged;
        verdict = Replay(request, plan);
        if (verdict != PlanVerdict.Verified)
            return verdict;
        if (!request.AllowCycles && _circles.Any(plan.Legs))
            return PlanVerdict.TradesInCircle;
        return PlanRules.DifferingHolding(_balance, plan) >= 0 ? PlanVerdict.HoldingsDiffer
            : PlanRules.UncoveredDebt(_balance, request) >= 0 ? PlanVerdict.OwedMissing
            : PlanVerdict.Verified;
    }

    private ulong Version()
    {
        ulong sum = 0;
        foreach (Pool pool in _all)
            sum = unchecked(sum + pool.Version);
        return sum;
    }

    private PlanVerdict Replay(BasketRequest request, BasketPlan plan)
    {
        request.Holdings.CopyTo(_balance, 0);
        Array.Clear(_isUsed);
        UInt256 keptOf64Bits = KeptOf64Bits(request.MaxSlippage);
        ReadOnlySpan<BasketLeg> legs = plan.Legs;
        for (int i = 0; i < legs.Length; i++)
        {
            PlanVerdict verdict = Make(in legs[i], in keptOf64Bits);
            if (verdict == PlanVerdict.Verified)
                continue;
            Leg = i;
            return verdict;
        }
        return PlanVerdict.Verified;
    }

    private PlanVerdict Make(in BasketLeg leg, in UInt256 keptOf64Bits)
    {
        int index = leg.Pool.Index;
        if ((uint)index >= (uint)_pools.Length || _pools[index] is not { } pool)
            return PlanVerdict.UnknownPool;
        PlanVerdict verdict = PlanRules.Leg(in leg, pool, _gasPerLeg);
        if (verdict != PlanVerdict.Verified)
            return verdict;
        if (_isUsed[index] && _copies[index] is null)
            return pool.Assets.Length == 2 ? PlanVerdict.PoolTwice : PlanVerdict.NeedsCopies;
        if (_copies[index] is { } copy)
        {
            if (!_isUsed[index] && !copy.TryFollow(pool))
                return PlanVerdict.NeedsCopies;
            pool = copy;
        }
        _isUsed[index] = true;
        verdict = Take(in leg, pool);
        if (verdict != PlanVerdict.Verified)
            return verdict;
        return UInt256.TryMulDivRoundingUp(leg.ExpectedOut, keptOf64Bits, UInt256.One << 64, out UInt256 least) && leg.MinimumOut >= least
            ? PlanVerdict.Verified : PlanVerdict.MinimumTooLow;
    }

    private PlanVerdict Take(in BasketLeg leg, Pool pool)
    {
        ref UInt256 sold = ref _balance[leg.Sell.Index];
        ref UInt256 bought = ref _balance[leg.Buy.Index];
        if (!UInt256.TrySubtract(sold, leg.AmountIn, out UInt256 left))
            return PlanVerdict.Overdrawn;
        if (pool.QuoteExactIn(leg.Sell, leg.Buy, in leg.AmountIn, out SwapQuote quote) != QuoteStatus.Exact
            || quote.AmountInUsed != leg.AmountIn || !UInt256.TryAdd(bought, quote.AmountOut, out UInt256 sum))
            return PlanVerdict.NotExact;
        if (quote.AmountOut != leg.ExpectedOut)
            return PlanVerdict.OutputDiffers;
        (sold, bought) = (left, sum);
        if (ReferenceEquals(pool, _copies[leg.Pool.Index]))
            pool.Swap(leg.Sell, leg.Buy, in leg.AmountIn, out _);
        return PlanVerdict.Verified;
    }

    /// <summary>What must not be missing, in parts of 2^64, rounded down: by less than one part in 2^64 milder than the verifier.</summary>
    private static UInt256 KeptOf64Bits(double slippage)
    {
        UInt256.TryFromDoubleFloor(Math.Ceiling(slippage * TwoTo64), out UInt256 missing);
        return UInt256.WrappingSubtract(UInt256.One << 64, missing);
    }
}
