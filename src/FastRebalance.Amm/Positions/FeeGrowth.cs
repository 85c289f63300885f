using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Positions;

/// <summary>
/// Fees that one unit of liquidity has earned on both sides, times 2^128. A counter that wraps, as the contract's does: only differences
/// mean something. Allocates nothing.
/// </summary>
/// <param name="Growth0">Of the pool's first asset.</param>
/// <param name="Growth1">Of the second.</param>
public readonly record struct FeeGrowth(UInt256 Growth0, UInt256 Growth1)
{
    private static readonly UInt256 Q128 = UInt256.One << 128;

    /// <summary>What was earned since <paramref name="earlier"/>, right through a wrap-around.</summary>
    public FeeGrowth Since(in FeeGrowth earlier) =>
        new(UInt256.WrappingSubtract(Growth0, earlier.Growth0), UInt256.WrappingSubtract(Growth1, earlier.Growth1));

    /// <summary>The share of <paramref name="liquidity"/>, rounded down and cut to 128 bits as the contract cuts it.</summary>
    public (UInt128 Fees0, UInt128 Fees1) Of(UInt128 liquidity) => (Share(Growth0, liquidity), Share(Growth1, liquidity));

    /// <summary>With a fee of one side shared by the liquidity that is active, rounded down.</summary>
    /// <returns>False where the contract would revert: there is no liquidity, or the growth leaves 256 bits.</returns>
    internal bool TryAdd(bool isAsset0, in UInt256 fee, UInt128 liquidity, out FeeGrowth grown)
    {
        grown = this;
        if (liquidity == 0 || !UInt256.TryMulDiv(fee, Q128, liquidity, out UInt256 growth))
            return false;
        grown = isAsset0
            ? this with { Growth0 = UInt256.WrappingAdd(Growth0, growth) }
            : this with { Growth1 = UInt256.WrappingAdd(Growth1, growth) };
        return true;
    }

    private static UInt128 Share(in UInt256 growth, UInt128 liquidity)
    {
        UInt256 product = UInt256.MultiplyFull(growth, liquidity, out _);
        return new UInt128(product.Limb3, product.Limb2);
    }
}
