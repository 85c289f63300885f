using System.Numerics;
using FastRebalance.Amm;

namespace FastRebalance.Verification.Arbitrage;

/// <summary>
/// A pair with <c>out = Rout y / (Rin + y)</c>, <c>y = kept x</c>, from its exact reserves. What a trade brings at prices <c>nu</c>,
/// <c>nuOut out - nuIn y / kept</c>, is greatest where <c>(Rin + y)^2 = kept Rin Rout nuOut / nuIn</c>, and is then
/// <c>(sqrt(nuOut Rout) - sqrt(nuIn Rin / kept))^2</c>. Rounding and the bound on the pair's balance only take away from it.
/// </summary>
internal static class ConstantProduct
{
    public static BigFloat Best(UniswapV2Pool pool, int sell, BigFloat nuIn, BigFloat nuOut)
    {
        (UInt128 reserveIn, UInt128 reserveOut) = sell == 0 ? (pool.Reserve0, pool.Reserve1) : (pool.Reserve1, pool.Reserve0);
        if (reserveIn == 0 || reserveOut == 0)
            return BigFloat.Zero;
        BigFloat worthOut = nuOut * (BigInteger)reserveOut;
        BigFloat worthIn = nuIn * (BigInteger)reserveIn * (int)PoolFacts.PipsPerUnit / (int)(PoolFacts.PipsPerUnit - pool.FeePips);
        if (worthOut <= worthIn)
            return BigFloat.Zero;
        BigFloat difference = BigFloat.Sqrt(worthOut) - BigFloat.Sqrt(worthIn);
        return difference * difference;
    }
}
