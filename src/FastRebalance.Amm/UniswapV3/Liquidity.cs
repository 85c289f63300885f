namespace FastRebalance.Amm.UniswapV3;

/// <summary>Adds a signed change to an unsigned liquidity, as <c>v3-core/contracts/libraries/LiquidityMath.sol</c> does.</summary>
internal static class Liquidity
{
    /// <returns>False where the sum would leave 128 bits on either side.</returns>
    public static bool TryAdd(UInt128 liquidity, Int128 delta, out UInt128 sum)
    {
        sum = unchecked(liquidity + (UInt128)delta);
        return delta < 0 ? sum < liquidity : sum >= liquidity;
    }
}
