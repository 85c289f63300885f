using System.Numerics;

namespace FastRebalance.Core.Assets;

// Quotients and roots. The long division is Knuth's algorithm D (TAOCP 4.3.1); its quotient digits come from a reciprocal of the
// divisor's top one or two limbs (N. Möller, T. Granlund, "Improved division by invariant integers", IEEE Trans. Comp. 2011),
// which costs two multiplications per digit where a hardware division would cost several times that.
public readonly partial struct UInt256
{
    /// <summary>Floor of the quotient.</summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static UInt256 operator /(in UInt256 dividend, in UInt256 divisor) => DivRem(dividend, divisor, out _);

    /// <summary>What is left of the floor division.</summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static UInt256 operator %(in UInt256 dividend, in UInt256 divisor)
    {
        DivRem(dividend, divisor, out UInt256 remainder);
        return remainder;
    }

    /// <summary>Floor of the quotient, and what is left of it.</summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static UInt256 DivRem(in UInt256 dividend, in UInt256 divisor, out UInt256 remainder)
    {
        if (divisor.IsZero) ThrowDivideByZero();
        return Divide(dividend, divisor, out remainder);
    }

    /// <summary>The quotient rounded up; false, and zero, when the divisor is zero.</summary>
    public static bool TryDivRoundingUp(in UInt256 dividend, in UInt256 divisor, out UInt256 result)
    {
        if (divisor.IsZero)
        {
            result = Zero;
            return false;
        }
        UInt256 quotient = Divide(dividend, divisor, out UInt256 remainder);
        result = remainder.IsZero ? quotient : WrappingAdd(quotient, One); // a quotient with a remainder is below 2^255
        return true;
    }

    /// <summary>
    /// Floor of <paramref name="left"/> * <paramref name="right"/> / <paramref name="divisor"/> over the exact 512-bit product.
    /// False, and zero, when the divisor is zero or the result needs more than 256 bits.
    /// </summary>
    public static bool TryMulDiv(in UInt256 left, in UInt256 right, in UInt256 divisor, out UInt256 result) =>
        TryMulDivRem(left, right, divisor, out result, out _);

    /// <summary>As <see cref="TryMulDiv"/>, rounded up.</summary>
    public static bool TryMulDivRoundingUp(in UInt256 left, in UInt256 right, in UInt256 divisor, out UInt256 result)
    {
        bool fits = TryMulDivRem(left, right, divisor, out UInt256 quotient, out UInt256 remainder);
        if (remainder.IsZero)
        {
            result = quotient;
            return fits;
        }
        fits = TryAdd(quotient, One, out quotient); // a remainder is only reported with a quotient that fits
        result = quotient;                          // and one past the greatest wraps to the zero of a refusal
        return fits;
    }

    /// <summary>Floor of the square root.</summary>
    public static UInt256 Sqrt(in UInt256 value)
    {
        if (value.IsZero) return Zero;

        // One Newton step from any positive guess lands on or above the root; from there the steps fall until they reach it.
        // The guess is good to 52 bits, so that two or three steps do.
        TryFromDoubleFloor(Math.Sqrt((double)value), out UInt256 guess);
        UInt256 root = NewtonStep(value, guess);
        for (UInt256 next = NewtonStep(value, root); next < root; next = NewtonStep(value, root))
            root = next;
        return root;
    }

    private static UInt256 NewtonStep(in UInt256 value, in UInt256 root) => (Divide(value, root, out _) + root) >> 1;

    private static bool TryMulDivRem(
        in UInt256 left, in UInt256 right, in UInt256 divisor, out UInt256 quotient, out UInt256 remainder)
    {
        UInt256 low = MultiplyFull(left, right, out UInt256 high);
        if (high >= divisor) // holds for a zero divisor as well
        {
            quotient = remainder = Zero;
            return false;
        }
        quotient = high.IsZero ? Divide(low, divisor, out remainder) : DivideWide(high, low, divisor, out remainder);
        return true;
    }

    // The divisor is not zero.
    private static UInt256 Divide(in UInt256 dividend, in UInt256 divisor, out UInt256 remainder)
    {
        if (dividend < divisor)
        {
            remainder = dividend;
            return Zero;
        }
        if (dividend.FitsUInt64)
        {
            (ulong quotient, ulong rest) = Math.DivRem(dividend.Limb0, divisor.Limb0);
            remainder = rest;
            return quotient;
        }
        return DivideWide(Zero, dividend, divisor, out remainder);
    }

    /// <summary>Divides high * 2^256 + low.</summary>
    /// <remarks>Needs high below the divisor: then the quotient has four limbs at most, and every digit fits its limb.</remarks>
    internal static UInt256 DivideWide(in UInt256 high, in UInt256 low, in UInt256 divisor, out UInt256 remainder) =>
        divisor.FitsUInt64 ? DivideByOneLimb(high.Limb0, low, divisor.Limb0, out remainder)
        : divisor.FitsUInt128 ? DivideByTwoLimbs(high, low, divisor, out remainder)
        : DivideByManyLimbs(high, low, divisor, out remainder);

    private static UInt256 DivideByOneLimb(ulong high, in UInt256 low, ulong divisor, out UInt256 remainder)
    {
        int shift = BitOperations.LeadingZeroCount(divisor);
        ulong normalized = divisor << shift;
        ulong reciprocal = Reciprocal(normalized);

        ulong rest = JoinedLimb(high, low.Limb3, shift);
        ulong limb3 = DivideTwoByOne(ref rest, JoinedLimb(low.Limb3, low.Limb2, shift), normalized, reciprocal);
        ulong limb2 = DivideTwoByOne(ref rest, JoinedLimb(low.Limb2, low.Limb1, shift), normalized, reciprocal);
        ulong limb1 = DivideTwoByOne(ref rest, JoinedLimb(low.Limb1, low.Limb0, shift), normalized, reciprocal);
        ulong limb0 = DivideTwoByOne(ref rest, low.Limb0 << shift, normalized, reciprocal);
        remainder = rest >> shift;
        return new UInt256(limb0, limb1, limb2, limb3);
    }

    private static UInt256 DivideByTwoLimbs(in UInt256 high, in UInt256 low, in UInt256 divisor, out UInt256 remainder)
    {
        int shift = BitOperations.LeadingZeroCount(divisor.Limb1);
        ulong d1 = JoinedLimb(divisor.Limb1, divisor.Limb0, shift);
        ulong d0 = divisor.Limb0 << shift;
        ulong reciprocal = Reciprocal(d1, d0);

        UInt256 digits = ShiftLeftWithinLimb(low, shift);
        ulong rest1 = JoinedLimb(high.Limb1, high.Limb0, shift);
        ulong rest0 = JoinedLimb(high.Limb0, low.Limb3, shift);
        ulong limb3 = 0, limb2 = 0;
        if (rest1 != 0 || rest0 != 0 || digits.Limb3 != 0)
        {
            limb3 = DivideThreeByTwo(ref rest1, ref rest0, digits.Limb3, d1, d0, reciprocal);
            limb2 = DivideThreeByTwo(ref rest1, ref rest0, digits.Limb2, d1, d0, reciprocal);
        }
        else
        {
            rest0 = digits.Limb2; // below 2^192 the two top digits of the quotient are zero
        }
        ulong limb1 = DivideThreeByTwo(ref rest1, ref rest0, digits.Limb1, d1, d0, reciprocal);
        ulong limb0 = DivideThreeByTwo(ref rest1, ref rest0, digits.Limb0, d1, d0, reciprocal);

        remainder = ShiftRightWithinLimb(new UInt256(rest0, rest1), shift);
        return new UInt256(limb0, limb1, limb2, limb3);
    }

    // Three or four limbs: the estimate from the top two may be one too large, which the subtraction below it shows.
    private static UInt256 DivideByManyLimbs(in UInt256 high, in UInt256 low, in UInt256 divisor, out UInt256 remainder)
    {
        int length = divisor.Limb3 != 0 ? 4 : 3;
        int shift = BitOperations.LeadingZeroCount(length == 4 ? divisor.Limb3 : divisor.Limb2);

        Span<ulong> d = stackalloc ulong[4];
        Store(ShiftLeftWithinLimb(divisor, shift), d);
        d = d[..length];
        Span<ulong> rest = stackalloc ulong[8];
        Store(ShiftLeftWithinLimb(low, shift), rest);
        UInt256 shiftedHigh = ShiftLeftWithinLimb(high, shift); // loses nothing: high is below the divisor
        Store(shiftedHigh, rest[4..]);
        rest[4] |= low.Limb3 >> 1 >> (63 - shift);

        ulong d1 = d[length - 1], d0 = d[length - 2];
        ulong reciprocal = Reciprocal(d1, d0);
        Span<ulong> quotient = stackalloc ulong[4];
        int top = high.IsZero ? 4 - length : 3; // four limbs over n leave 4 - n + 1 digits
        for (int digit = top; digit >= 0; digit--)
            quotient[digit] = NextDigit(rest.Slice(digit, length + 1), d, d1, d0, reciprocal);

        remainder = ShiftRightWithinLimb(new UInt256(rest[0], rest[1], rest[2], length == 4 ? rest[3] : 0), shift);
        return new UInt256(quotient[0], quotient[1], quotient[2], quotient[3]);
    }

    // One turn of algorithm D: takes the digit off the top of the rest, whose highest limb becomes zero.
    private static ulong NextDigit(Span<ulong> rest, ReadOnlySpan<ulong> divisor, ulong d1, ulong d0, ulong reciprocal)
    {
        int top = divisor.Length;
        ulong rest1 = rest[top], rest0 = rest[top - 1];

        // With equal top limbs the digit is 2^64-1, for the rest is below the divisor times 2^64; the estimate would not fit a limb.
        ulong digit = rest1 == d1 && rest0 == d0
            ? ulong.MaxValue
            : DivideThreeByTwo(ref rest1, ref rest0, rest[top - 2], d1, d0, reciprocal);

        if (SubtractProduct(rest, divisor, digit))
        {
            digit--;
            AddBack(rest, divisor);
        }
        return digit;
    }

    // rest -= divisor * digit; true when that went below zero.
    private static bool SubtractProduct(Span<ulong> rest, ReadOnlySpan<ulong> divisor, ulong digit)
    {
        ulong carry = 0, borrow = 0;
        for (int i = 0; i < divisor.Length; i++)
        {
            ulong product = MultiplyAdd(divisor[i], digit, 0, ref carry);
            rest[i] = SubtractWithBorrow(rest[i], product, ref borrow);
        }
        rest[divisor.Length] = SubtractWithBorrow(rest[divisor.Length], carry, ref borrow);
        return borrow != 0;
    }

    private static void AddBack(Span<ulong> rest, ReadOnlySpan<ulong> divisor)
    {
        ulong carry = 0;
        for (int i = 0; i < divisor.Length; i++)
            rest[i] = AddWithCarry(rest[i], divisor[i], ref carry);
        rest[divisor.Length] += carry; // cancels the borrow
    }

    private static void Store(in UInt256 value, Span<ulong> limbs)
    {
        limbs[3] = value.Limb3;
        limbs[2] = value.Limb2;
        limbs[1] = value.Limb1;
        limbs[0] = value.Limb0;
    }

    /// <summary>floor((2^128 - 1) / divisor) - 2^64 for a divisor with its top bit set.</summary>
    internal static ulong Reciprocal(ulong divisor)
    {
        // An 11-bit start, then Newton's iteration to 21, 34 and 65 bits, and a last correction of one unit.
        ulong top40 = (divisor >> 24) + 1;
        ulong half = (divisor >> 1) + (divisor & 1);
        ulong v0 = ((1u << 19) - 3u * (1u << 8)) / (uint)(divisor >> 55);
        ulong v1 = (v0 << 11) - (v0 * v0 * top40 >> 40) - 1;
        ulong v2 = (v1 << 13) + (v1 * ((1UL << 60) - v1 * top40) >> 47);
        ulong error = (v2 >> 1 & (0 - (divisor & 1))) - v2 * half;
        ulong v3 = (v2 << 31) + (Math.BigMul(v2, error, out _) >> 1);
        ulong high = Math.BigMul(v3, divisor, out ulong low);
        low += divisor;
        return v3 - high - divisor - (low < divisor ? 1UL : 0);
    }

    /// <summary>floor((2^192 - 1) / (d1 * 2^64 + d0)) - 2^64 for a d1 with its top bit set.</summary>
    internal static ulong Reciprocal(ulong d1, ulong d0)
    {
        ulong reciprocal = Reciprocal(d1);
        ulong p = d1 * reciprocal + d0;
        if (p < d0)
        {
            reciprocal--;
            if (p >= d1)
            {
                reciprocal--;
                p -= d1;
            }
            p -= d1;
        }
        ulong high = Math.BigMul(reciprocal, d0, out ulong low);
        p += high;
        if (p < high)
        {
            reciprocal--;
            if (p > d1 || (p == d1 && low >= d0)) reciprocal--;
        }
        return reciprocal;
    }

    // (rest, next) / divisor for a rest below the divisor; the new rest is left in its place.
    private static ulong DivideTwoByOne(ref ulong rest, ulong next, ulong divisor, ulong reciprocal)
    {
        ulong digit = Math.BigMul(reciprocal, rest, out ulong fraction);
        fraction += next;
        digit += rest + 1 + (fraction < next ? 1UL : 0);
        ulong left = next - digit * divisor;
        if (left > fraction) // one too large
        {
            digit--;
            left += divisor;
        }
        if (left >= divisor) // rare
        {
            digit++;
            left -= divisor;
        }
        rest = left;
        return digit;
    }

    // (rest1, rest0, next) / (d1, d0) for a rest below the divisor; the new rest is left in its place.
    private static ulong DivideThreeByTwo(ref ulong rest1, ref ulong rest0, ulong next, ulong d1, ulong d0, ulong reciprocal)
    {
        ulong digit = Math.BigMul(reciprocal, rest1, out ulong fraction);
        fraction += rest0;
        digit += rest1 + (fraction < rest0 ? 1UL : 0);

        // left = (rest0 - digit * d1, next) - digit * d0 - (d1, d0), all modulo 2^128
        ulong high = Math.BigMul(digit, d0, out ulong low);
        ulong borrow = 0;
        ulong left0 = SubtractWithBorrow(next, low, ref borrow);
        ulong left1 = rest0 - digit * d1 - high - borrow;
        borrow = 0;
        left0 = SubtractWithBorrow(left0, d0, ref borrow);
        left1 = left1 - d1 - borrow;
        digit++;

        if (left1 >= fraction) // one too large
        {
            digit--;
            ulong carry = 0;
            left0 = AddWithCarry(left0, d0, ref carry);
            left1 += d1 + carry;
        }
        if (left1 > d1 || (left1 == d1 && left0 >= d0)) // rare
        {
            digit++;
            borrow = 0;
            left0 = SubtractWithBorrow(left0, d0, ref borrow);
            left1 = left1 - d1 - borrow;
        }
        rest1 = left1;
        rest0 = left0;
        return digit;
    }
}
