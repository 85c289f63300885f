using System.Numerics;

namespace FastRebalance.Verification;

/// <summary>
/// A floating-point number of 320 bits (96 decimal digits), rounded towards minus infinity: every operation is right to a relative error
/// below <c>2^-318</c>. For checking arithmetic in doubles; allocates, and is slow.
/// </summary>
internal readonly struct BigFloat : IComparable<BigFloat>
{
    public const int Bits = 320;

    private const int DoubleFractionBits = 52;
    private const int DoubleExponentBias = 1075;
    private const int TopBits = 62;

    public static readonly BigFloat Zero = default;
    public static readonly BigFloat One = new(BigInteger.One, 0);

    private static readonly BigFloat s_ln2 = ArtanhSeries(One / new BigFloat(3, 0)).Scaled(1);

    private readonly BigInteger _mantissa;
    private readonly int _exponent;

    private BigFloat(BigInteger mantissa, int exponent)
    {
        int excess = BitLength(mantissa) - Bits;
        _mantissa = excess > 0 ? mantissa >> excess : mantissa;
        _exponent = mantissa.IsZero ? 0 : excess > 0 ? exponent + excess : exponent;
    }

    public int Sign => _mantissa.Sign;

    public static implicit operator BigFloat(BigInteger value) => new(value, 0);

    public static implicit operator BigFloat(int value) => new(value, 0);

    /// <summary>Exact.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public static BigFloat FromDouble(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a finite number is wanted");
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> DoubleFractionBits) & 0x7FF;
        long fraction = bits & ((1L << DoubleFractionBits) - 1);
        if (exponent == 0)
            exponent = 1;
        else
            fraction |= 1L << DoubleFractionBits;
        return new BigFloat(value < 0 ? -fraction : fraction, exponent - DoubleExponentBias);
    }

    /// <summary>A double at most one unit in the last place away; infinite or zero where it leaves the range.</summary>
    public double ToDouble()
    {
        if (_mantissa.IsZero)
            return 0;
        int dropped = BitLength(_mantissa) - TopBits;
        long top = (long)(dropped > 0 ? _mantissa >> dropped : _mantissa << -dropped);
        return Math.ScaleB(top, _exponent + dropped);
    }

    public static BigFloat operator -(BigFloat value) => new(-value._mantissa, value._exponent);

    public static BigFloat operator +(BigFloat left, BigFloat right)
    {
        if (left.Sign == 0)
            return right;
        if (right.Sign == 0)
            return left;
        if (left._exponent < right._exponent)
            (left, right) = (right, left);

        // What is smaller by more than all the digits does not reach the sum.
        int shift = left._exponent - right._exponent;
        return shift + BitLength(left._mantissa) - BitLength(right._mantissa) > Bits + 2
            ? left
            : new BigFloat((left._mantissa << shift) + right._mantissa, right._exponent);
    }

    public static BigFloat operator -(BigFloat left, BigFloat right) => left + -right;

    public static BigFloat operator *(BigFloat left, BigFloat right) =>
        new(left._mantissa * right._mantissa, left._exponent + right._exponent);

    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static BigFloat operator /(BigFloat left, BigFloat right)
    {
        int shift = Math.Max(0, Bits + 2 + BitLength(right._mantissa) - BitLength(left._mantissa));
        return new BigFloat((left._mantissa << shift) / right._mantissa, left._exponent - right._exponent - shift);
    }

    public static bool operator <(BigFloat left, BigFloat right) => left.CompareTo(right) < 0;

    public static bool operator >(BigFloat left, BigFloat right) => left.CompareTo(right) > 0;

    public static bool operator <=(BigFloat left, BigFloat right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BigFloat left, BigFloat right) => left.CompareTo(right) >= 0;

    public static BigFloat Max(BigFloat left, BigFloat right) => left >= right ? left : right;

    public static BigFloat Min(BigFloat left, BigFloat right) => left <= right ? left : right;

    public static BigFloat Abs(BigFloat value) => value.Sign < 0 ? -value : value;

    /// <exception cref="ArgumentOutOfRangeException">The number is below zero.</exception>
    public static BigFloat Sqrt(BigFloat value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value.Sign);
        if (value.Sign == 0)
            return Zero;
        int shift = Math.Max(0, 2 * (Bits + 2) - BitLength(value._mantissa));
        shift += (value._exponent - shift) & 1; // half of the exponent must be whole
        return new BigFloat(IntegerRoot(value._mantissa << shift), (value._exponent - shift) / 2);
    }

    /// <exception cref="ArgumentOutOfRangeException">The number is not above zero.</exception>
    public static BigFloat Ln(BigFloat value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value.Sign);

        // value = m 2^k with m in [3/4, 3/2), where ln m = 2 artanh((m - 1) / (m + 1)) converges fast.
        int length = BitLength(value._mantissa);
        BigFloat m = new(value._mantissa, -length);
        int k = value._exponent + length;
        if (m < new BigFloat(3, -2))
        {
            m = m.Scaled(1);
            k--;
        }
        return ArtanhSeries((m - One) / (m + One)).Scaled(1) + s_ln2 * k;
    }

    public int CompareTo(BigFloat other) => (this - other).Sign;

    public override string ToString() => ToDouble().ToString("R");

    /// <summary>Times <c>2^power</c>, exact.</summary>
    private BigFloat Scaled(int power) => new(_mantissa, _exponent + power);

    /// <summary><c>z + z^3/3 + z^5/5 + …</c> until a term no longer reaches the sum.</summary>
    private static BigFloat ArtanhSeries(BigFloat z)
    {
        BigFloat square = z * z;
        BigFloat sum = z;
        BigFloat power = z;
        for (int n = 3; power.Sign != 0; n += 2)
        {
            power *= square;
            BigFloat next = sum + power / n;
            if (next.CompareTo(sum) == 0)
                break;
            sum = next;
        }
        return sum;
    }

    /// <summary>Floor of the square root: Newton from above, which falls until it is there.</summary>
    private static BigInteger IntegerRoot(BigInteger value)
    {
        BigInteger root = BigInteger.One << ((BitLength(value) + 1) / 2);
        while (true)
        {
            BigInteger next = (root + value / root) >> 1;
            if (next >= root)
                return root;
            root = next;
        }
    }

    private static int BitLength(BigInteger value) => (int)BigInteger.Abs(value).GetBitLength();
}
