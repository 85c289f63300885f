using System.Numerics;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Verification.Arbitrage;

/// <summary>
/// A pool of ranges, each with its liquidity <c>L</c>: between the roots <c>s</c> and <c>t</c> of the price (second asset per first) it holds
/// <c>L |t - s|</c> of the second asset and <c>L |1/s - 1/t|</c> of the first. A trade at prices <c>nu</c> pays until the pool's own price, fee
/// included, has come to theirs, or the ranges end; what it brings is summed range by range from the exact integers.
/// </summary>
internal static class ConcentratedRanges
{
    private static readonly BigFloat s_q96 = BigInteger.One << 96;

    public static BigFloat Best(IConcentratedState state, AssetId sellAsset, bool sellsFirst, BigFloat nuIn, BigFloat nuOut)
    {
        uint feePips = state.FeePipsOn(sellAsset);
        if (state.SqrtPriceX96.IsZero || feePips >= PoolFacts.PipsPerUnit)
            return BigFloat.Zero;
        BigFloat kept = (BigFloat)(int)(PoolFacts.PipsPerUnit - feePips) / (int)PoolFacts.PipsPerUnit;
        BigFloat goal = sellsFirst ? BigFloat.Sqrt(nuIn / (nuOut * kept)) : BigFloat.Sqrt(nuOut * kept / nuIn);
        return sellsFirst ? Downwards(state, goal, kept, nuIn, nuOut) : Upwards(state, goal, kept, nuIn, nuOut);
    }

    /// <summary>The first asset is sold, so that the price falls.</summary>
    private static BigFloat Downwards(IConcentratedState state, BigFloat goal, BigFloat kept, BigFloat nuIn, BigFloat nuOut)
    {
        BigFloat sum = BigFloat.Zero;
        BigFloat from = Root(state.SqrtPriceX96);
        BigInteger liquidity = state.Liquidity;
        for (int position = LastAtOrBelow(state); position >= 0 && from > goal; position--)
        {
            BigFloat end = Root(state.TickSqrtPriceX96At(position));
            BigFloat to = BigFloat.Max(end, goal);
            if (to < from)
                sum += (nuOut * (from - to) - nuIn * (BigFloat.One / to - BigFloat.One / from) / kept) * liquidity;
            from = BigFloat.Min(from, end);
            liquidity -= (BigInteger)state.TickNetLiquidityAt(position);
        }
        return sum;
    }

    /// <summary>The second asset is sold, so that the price rises.</summary>
    private static BigFloat Upwards(IConcentratedState state, BigFloat goal, BigFloat kept, BigFloat nuIn, BigFloat nuOut)
    {
        BigFloat sum = BigFloat.Zero;
        BigFloat from = Root(state.SqrtPriceX96);
        BigInteger liquidity = state.Liquidity;
        for (int position = LastAtOrBelow(state) + 1; position < state.TickCount && from < goal; position++)
        {
            BigFloat end = Root(state.TickSqrtPriceX96At(position));
            BigFloat to = BigFloat.Min(end, goal);
            if (to > from)
                sum += (nuOut * (BigFloat.One / from - BigFloat.One / to) - nuIn * (to - from) / kept) * liquidity;
            from = BigFloat.Max(from, end);
            liquidity += (BigInteger)state.TickNetLiquidityAt(position);
        }
        return sum;
    }

    private static int LastAtOrBelow(IConcentratedState state)
    {
        int position = -1;
        while (position + 1 < state.TickCount && state.TickIndexAt(position + 1) <= state.Tick)
            position++;
        return position;
    }

    private static BigFloat Root(UInt256 sqrtPriceX96) => (BigFloat)(BigInteger)sqrtPriceX96 / s_q96;
}
