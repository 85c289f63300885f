using System.Numerics;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Results;

namespace FastRebalance.Verification;

/// <summary>Makes the legs of a plan one by one on copies of the pools. One replay for one plan.</summary>
internal sealed class LegReplay(IReadOnlyList<Pool> pools, BasketRequest request, VerifierTerms terms)
{
    private readonly Dictionary<PoolId, Pool> _pools = pools.ToDictionary(p => p.Id);
    private readonly Dictionary<PoolId, Pool> _copies = [];

    /// <summary>Base units of each asset after the legs made so far.</summary>
    public UInt256[] Balance { get; } = [.. request.Holdings];

    public PlanVerdict Make(in BasketLeg leg)
    {
        if (!_pools.TryGetValue(leg.Pool, out Pool? pool))
            return PlanVerdict.UnknownPool;
        PlanVerdict verdict = PlanRules.Leg(in leg, pool, terms.GasPerLeg);
        if (verdict != PlanVerdict.Verified)
            return verdict;
        bool known = _copies.TryGetValue(leg.Pool, out Pool? copy);
        if (known && pool.Assets.Length == 2)
            return PlanVerdict.PoolTwice;
        if (!known)
            _copies.Add(leg.Pool, copy = pool.Copy());
        verdict = Swap(in leg, copy!);
        return verdict == PlanVerdict.Verified && leg.MinimumOut < LeastMinimum(leg.ExpectedOut, request.MaxSlippage)
            ? PlanVerdict.MinimumTooLow : verdict;
    }

    private PlanVerdict Swap(in BasketLeg leg, Pool copy)
    {
        if (!UInt256.TrySubtract(Balance[leg.Sell.Index], leg.AmountIn, out UInt256 left))
            return PlanVerdict.Overdrawn;
        if (copy.Swap(leg.Sell, leg.Buy, in leg.AmountIn, out SwapQuote quote) != QuoteStatus.Exact || quote.AmountInUsed != leg.AmountIn)
            return PlanVerdict.NotExact;
        if (quote.AmountOut != leg.ExpectedOut)
            return PlanVerdict.OutputDiffers;
        Balance[leg.Sell.Index] = left;
        return UInt256.TryAdd(Balance[leg.Buy.Index], quote.AmountOut, out Balance[leg.Buy.Index])
            ? PlanVerdict.Verified : PlanVerdict.NotExact;
    }

    /// <summary><c>ceil(expected (1 - slippage))</c>, the double taken as the exact number that it is.</summary>
    internal static UInt256 LeastMinimum(UInt256 expected, double slippage)
    {
        int scale = 0;
        for (; slippage != Math.Floor(slippage); scale++)
            slippage *= 2; // exact: below 1, it only moves the binary point
        BigInteger kept = (BigInteger.One << scale) - new BigInteger(slippage);
        BigInteger product = (BigInteger)expected * kept;
        BigInteger floor = product >> scale;
        return (UInt256)(floor << scale == product ? floor : floor + 1);
    }
}
