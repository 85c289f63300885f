using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>sqrt(1.0001^tick) in Q64.96, bit for bit as <c>v3-core/contracts/libraries/TickMath.sol</c> rounds it.</summary>
internal static class TickMath
{
    public const int MaxTick = 887_272;
    public const int MinTick = -MaxTick;

    /// <summary>Price at <see cref="MinTick"/>: no pool goes below.</summary>
    public static readonly UInt256 MinSqrtRatio = 4_295_128_739;

    /// <summary>Price at <see cref="MaxTick"/>: every pool stays below.</summary>
    public static readonly UInt256 MaxSqrtRatio = new(0x5d951d5263988d26, 0xefd1fc6a50648849, 0xfffd8963);

    private const double Q96 = 79228162514264337593543950336.0;

    /// <summary>How much one tick adds to the logarithm of the square root of the price.</summary>
    private static readonly double LogOfStep = Math.Log(1.0001) / 2;

    /// <summary>1 / sqrt(1.0001^(2^n)) in Q0.128 for bit n of the tick.</summary>
    private static readonly UInt128[] InversePowers =
    [
        new(0xfffcb933bd6fad37, 0xaa2d162d1a594001),
        new(0xfff97272373d4132, 0x59a46990580e213a),
        new(0xfff2e50f5f656932, 0xef12357cf3c7fdcc),
        new(0xffe5caca7e10e4e6, 0x1c3624eaa0941cd0),
        new(0xffcb9843d60f6159, 0xc9db58835c926644),
        new(0xff973b41fa98c081, 0x472e6896dfb254c0),
        new(0xff2ea16466c96a38, 0x43ec78b326b52861),
        new(0xfe5dee046a99a2a8, 0x11c461f1969c3053),
        new(0xfcbe86c7900a88ae, 0xdcffc83b479aa3a4),
        new(0xf987a7253ac41317, 0x6f2b074cf7815e54),
        new(0xf3392b0822b70005, 0x940c7a398e4b70f3),
        new(0xe7159475a2c29b74, 0x43b29c7fa6e889d9),
        new(0xd097f3bdfd2022b8, 0x845ad8f792aa5825),
        new(0xa9f746462d870fdf, 0x8a65dc1f90e061e5),
        new(0x70d869a156d2a1b8, 0x90bb3df62baf32f7),
        new(0x31be135f97d08fd9, 0x81231505542fcfa6),
        new(0x09aa508b5b7a84e1, 0xc677de54f3e99bc9),
        new(0x005d6af8dedb8119, 0x6699c329225ee604),
        new(0x00002216e584f5fa, 0x1ea926041bedfe98),
        new(0x00000000048a1703, 0x91f7dc42444e8fa2),
    ];

    /// <param name="tick">Within [<see cref="MinTick"/>, <see cref="MaxTick"/>].</param>
    public static UInt256 SqrtRatioAtTick(int tick)
    {
        if (tick == 0)
            return new UInt256(0, 1UL << 32);
        int bits = Math.Abs(tick);

        // The product of the powers named by the bits. The contract starts at one (2^128), which would not fit here; its first
        // multiplication gives the first power itself.
        int bit = System.Numerics.BitOperations.TrailingZeroCount(bits);
        UInt128 ratio = InversePowers[bit];
        for (bits >>= bit + 1, bit++; bits != 0; bits >>= 1, bit++)
        {
            if ((bits & 1) != 0)
                ratio = MultiplyHigh(ratio, InversePowers[bit]);
        }

        UInt256 q128 = tick > 0 ? UInt256.MaxValue / (UInt256)ratio : ratio;
        UInt256 q96 = q128 >> 32;
        return (uint)q128.Limb0 == 0 ? q96 : UInt256.WrappingAdd(q96, UInt256.One);
    }

    /// <summary>The highest tick whose price is not above this one.</summary>
    /// <param name="price">Within [<see cref="MinSqrtRatio"/>, <see cref="MaxSqrtRatio"/>).</param>
    public static int TickAtSqrtRatio(in UInt256 price)
    {
        // A logarithm of doubles comes within a tick; the exact prices decide.
        int tick = Math.Clamp((int)Math.Floor(Math.Log((double)price / Q96) / LogOfStep), MinTick, MaxTick - 1);
        while (SqrtRatioAtTick(tick) > price)
            tick--;
        while (SqrtRatioAtTick(tick + 1) <= price)
            tick++;
        return tick;
    }

    /// <summary>Upper 128 bits of the 256-bit product.</summary>
    private static UInt128 MultiplyHigh(UInt128 a, UInt128 b)
    {
        ulong a0 = (ulong)a, a1 = (ulong)(a >> 64);
        ulong b0 = (ulong)b, b1 = (ulong)(b >> 64);
        ulong carry = Math.BigMul(a0, b0, out _);
        ulong high01 = Math.BigMul(a0, b1, out ulong low01);
        ulong high10 = Math.BigMul(a1, b0, out ulong low10);
        ulong high11 = Math.BigMul(a1, b1, out ulong low11);
        UInt128 middle = (UInt128)carry + low01 + low10;
        return new UInt128(high11, low11) + high01 + high10 + (ulong)(middle >> 64);
    }
}
