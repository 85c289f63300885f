using System.Numerics;

namespace FastRebalance.Core.Assets;

// To and from other numbers.
public readonly partial struct UInt256
{
    private const int DoubleFractionBits = 52;
    private const int DoubleExponentBias = 1023;

    private static readonly UInt256[] PowersOfTen = MakePowersOfTen();

    /// <exception cref="OverflowException">The number is 2^64 or more.</exception>
    public static explicit operator ulong(in UInt256 value)
    {
        if (!value.FitsUInt64) throw new OverflowException("the number does not fit 64 bits");
        return value.Limb0;
    }

    /// <exception cref="OverflowException">The number is 2^128 or more.</exception>
    public static explicit operator UInt128(in UInt256 value)
    {
        if (!value.FitsUInt128) throw new OverflowException("the number does not fit 128 bits");
        return new UInt128(value.Limb1, value.Limb0);
    }

    /// <summary>The nearest double, ties to the even one. Any number fits: 2^256 is far below the greatest double.</summary>
    public static explicit operator double(in UInt256 value)
    {
        int bits = value.BitLength;
        if (bits <= 64) return value.Limb0;

        // The top 64 bits, with a one kept at the end for anything below them: enough to round as the whole number would.
        int dropped = bits - 64;
        ulong top = (value >> dropped).Limb0;
        if (value.TrailingZeroCount < dropped) top |= 1;
        return (double)top * PowerOfTwo(dropped); // exact: only the exponent changes
    }

    /// <summary>For set-up and tests; allocates.</summary>
    public static explicit operator BigInteger(in UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        value.WriteBigEndian(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>For set-up and tests.</summary>
    /// <exception cref="OverflowException">The number is negative or needs more than 256 bits.</exception>
    public static explicit operator UInt256(in BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (value.Sign < 0 || !value.TryWriteBytes(bytes, out int written, isUnsigned: true, isBigEndian: true))
            throw new OverflowException("the number does not fit an unsigned 256-bit integer");
        return ReadBigEndian(bytes[..written]);
    }

    /// <summary>The greatest integer at or below a double. False, and zero, for NaN, infinities, negatives and 2^256 or more.</summary>
    public static bool TryFromDoubleFloor(double value, out UInt256 result)
    {
        result = Zero;
        if (!(value >= 0 && value < PowerOfTwo(256))) return false;
        if (value < 1) return true;

        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        ulong significand = bits & ((1UL << DoubleFractionBits) - 1) | 1UL << DoubleFractionBits;
        int shift = (int)(bits >> DoubleFractionBits) - DoubleExponentBias - DoubleFractionBits;
        result = shift >= 0 ? new UInt256(significand) << shift : significand >> -shift;
        return true;
    }

    /// <summary>10^exponent, for 0..77: the base units in one whole token of that many decimals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is outside 0..77; 10^78 needs more than 256 bits.</exception>
    public static UInt256 PowerOfTen(int exponent)
    {
        if ((uint)exponent >= (uint)PowersOfTen.Length)
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "a power of ten from 0 to 77 fits 256 bits");
        return PowersOfTen[exponent];
    }

    private static double PowerOfTwo(int exponent) =>
        BitConverter.UInt64BitsToDouble((ulong)(exponent + DoubleExponentBias) << DoubleFractionBits);

    private static UInt256[] MakePowersOfTen()
    {
        var powers = new UInt256[78];
        powers[0] = One;
        for (int i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
