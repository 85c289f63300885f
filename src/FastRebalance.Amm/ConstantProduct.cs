using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>The arithmetic of a constant-product pair on given reserves: <c>UniswapV2Library</c>, bounded by what a pair can store.</summary>
public static class ConstantProduct
{
    /// <summary>Bits of a reserve.</summary>
    public const int ReserveBits = 112;

    public static readonly UInt128 MaxReserve = (UInt128.One << ReserveBits) - 1;

    /// <summary><c>getAmountOut</c>: floor(in * kept * reserveOut / (reserveIn * whole + in * kept)).</summary>
    /// <param name="reserveIn">Of the asset sold; at most <see cref="MaxReserve"/>.</param>
    /// <param name="reserveOut">Of the asset bought; at most <see cref="MaxReserve"/>.</param>
    /// <param name="kept">What the fee leaves of <paramref name="whole"/>; above 0, below 2^20.</param>
    /// <param name="whole">At least <paramref name="kept"/>, below 2^20.</param>
    /// <param name="amountIn">Units that go in; above 0.</param>
    /// <param name="amountOut">Units that come out; 0 where the pair is empty or would overflow.</param>
    public static QuoteStatus QuoteExactIn(
        UInt128 reserveIn, UInt128 reserveOut, uint kept, uint whole, in UInt256 amountIn, out UInt256 amountOut)
    {
        amountOut = default;
        if (reserveIn == 0 || reserveOut == 0)
            return QuoteStatus.InsufficientLiquidity;

        // The pair reverts when its balance outgrows 112 bits. Within that bound every product below stays under 2^244.
        if (amountIn > MaxReserve - reserveIn)
            return QuoteStatus.Overflow;
        UInt256 keptIn = UInt256.WrappingMultiply(amountIn, kept);
        UInt256 numerator = UInt256.WrappingMultiply(keptIn, reserveOut);
        UInt256 denominator = UInt256.WrappingAdd(UInt256.WrappingMultiply(reserveIn, whole), keptIn);
        amountOut = numerator / denominator;
        return amountOut.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }
}
