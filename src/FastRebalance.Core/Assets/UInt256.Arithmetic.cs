using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace FastRebalance.Core.Assets;

// Sums, differences and products. Every method reads all of its input before it writes its result, so a caller may pass the
// same variable as input and as output.
public readonly partial struct UInt256
{
    /// <exception cref="OverflowException">The sum is 2^256 or more.</exception>
    public static UInt256 operator +(in UInt256 left, in UInt256 right)
    {
        if (!TryAdd(left, right, out UInt256 sum)) ThrowOverflow();
        return sum;
    }

    /// <exception cref="OverflowException"><paramref name="right"/> is the greater one.</exception>
    public static UInt256 operator -(in UInt256 left, in UInt256 right)
    {
        if (!TrySubtract(left, right, out UInt256 difference)) ThrowOverflow();
        return difference;
    }

    /// <exception cref="OverflowException">The product is 2^256 or more.</exception>
    public static UInt256 operator *(in UInt256 left, in UInt256 right)
    {
        if (!TryMultiply(left, right, out UInt256 product)) ThrowOverflow();
        return product;
    }

    /// <summary>False when the sum needs more than 256 bits; <paramref name="result"/> is then the sum modulo 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(in UInt256 left, in UInt256 right, out UInt256 result)
    {
        ulong carry = 0;
        ulong limb0 = AddWithCarry(left.Limb0, right.Limb0, ref carry);
        ulong limb1 = AddWithCarry(left.Limb1, right.Limb1, ref carry);
        ulong limb2 = AddWithCarry(left.Limb2, right.Limb2, ref carry);
        ulong limb3 = AddWithCarry(left.Limb3, right.Limb3, ref carry);
        result = new UInt256(limb0, limb1, limb2, limb3);
        return carry == 0;
    }

    /// <summary>False when <paramref name="right"/> is the greater one; <paramref name="result"/> is then the difference modulo 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySubtract(in UInt256 left, in UInt256 right, out UInt256 result)
    {
        ulong borrow = 0;
        ulong limb0 = SubtractWithBorrow(left.Limb0, right.Limb0, ref borrow);
        ulong limb1 = SubtractWithBorrow(left.Limb1, right.Limb1, ref borrow);
        ulong limb2 = SubtractWithBorrow(left.Limb2, right.Limb2, ref borrow);
        ulong limb3 = SubtractWithBorrow(left.Limb3, right.Limb3, ref borrow);
        result = new UInt256(limb0, limb1, limb2, limb3);
        return borrow == 0;
    }

    /// <summary>False when the product needs more than 256 bits; <paramref name="result"/> is then the product modulo 2^256.</summary>
    public static bool TryMultiply(in UInt256 left, in UInt256 right, out UInt256 result)
    {
        UInt256 low = MultiplyFull(left, right, out UInt256 high);
        result = low;
        return high.IsZero;
    }

    /// <summary>The sum modulo 2^256, as the EVM's <c>unchecked</c> does it.</summary>
    public static UInt256 WrappingAdd(in UInt256 left, in UInt256 right)
    {
        TryAdd(left, right, out UInt256 sum);
        return sum;
    }

    /// <summary>The difference modulo 2^256.</summary>
    public static UInt256 WrappingSubtract(in UInt256 left, in UInt256 right)
    {
        TrySubtract(left, right, out UInt256 difference);
        return difference;
    }

    /// <summary>The product modulo 2^256.</summary>
    public static UInt256 WrappingMultiply(in UInt256 left, in UInt256 right) => MultiplyFull(left, right, out _);

    /// <summary>The whole 512-bit product: the low half is returned, the high half goes to <paramref name="high"/>.</summary>
    public static UInt256 MultiplyFull(in UInt256 left, in UInt256 right, out UInt256 high)
    {
        if ((left.Limb2 | left.Limb3 | right.Limb2 | right.Limb3) == 0)
        {
            UInt256 product = MultiplyHalves(left.Limb0, left.Limb1, right.Limb0, right.Limb1);
            high = Zero;
            return product;
        }
        return MultiplyRows(left, right, out high);
    }

    public static UInt256 Min(in UInt256 left, in UInt256 right) => left <= right ? left : right;

    public static UInt256 Max(in UInt256 left, in UInt256 right) => left >= right ? left : right;

    // Two numbers of 128 bits: the usual case for token amounts.
    private static UInt256 MultiplyHalves(ulong a0, ulong a1, ulong b0, ulong b1)
    {
        ulong carry = 0;
        ulong p0 = MultiplyAdd(a0, b0, 0, ref carry);
        ulong p1 = MultiplyAdd(a1, b0, 0, ref carry);
        ulong p2 = carry;
        carry = 0;
        p1 = MultiplyAdd(a0, b1, p1, ref carry);
        p2 = MultiplyAdd(a1, b1, p2, ref carry);
        return new UInt256(p0, p1, p2, carry);
    }

    // School multiplication, one row per limb of the right side.
    private static UInt256 MultiplyRows(in UInt256 left, in UInt256 right, out UInt256 high)
    {
        ulong a0 = left.Limb0, a1 = left.Limb1, a2 = left.Limb2, a3 = left.Limb3;

        ulong b = right.Limb0, carry = 0;
        ulong p0 = MultiplyAdd(a0, b, 0, ref carry);
        ulong p1 = MultiplyAdd(a1, b, 0, ref carry);
        ulong p2 = MultiplyAdd(a2, b, 0, ref carry);
        ulong p3 = MultiplyAdd(a3, b, 0, ref carry);
        ulong p4 = carry;

        b = right.Limb1;
        carry = 0;
        p1 = MultiplyAdd(a0, b, p1, ref carry);
        p2 = MultiplyAdd(a1, b, p2, ref carry);
        p3 = MultiplyAdd(a2, b, p3, ref carry);
        p4 = MultiplyAdd(a3, b, p4, ref carry);
        ulong p5 = carry;

        b = right.Limb2;
        carry = 0;
        p2 = MultiplyAdd(a0, b, p2, ref carry);
        p3 = MultiplyAdd(a1, b, p3, ref carry);
        p4 = MultiplyAdd(a2, b, p4, ref carry);
        p5 = MultiplyAdd(a3, b, p5, ref carry);
        ulong p6 = carry;

        b = right.Limb3;
        carry = 0;
        p3 = MultiplyAdd(a0, b, p3, ref carry);
        p4 = MultiplyAdd(a1, b, p4, ref carry);
        p5 = MultiplyAdd(a2, b, p5, ref carry);
        p6 = MultiplyAdd(a3, b, p6, ref carry);

        high = new UInt256(p4, p5, p6, carry);
        return new UInt256(p0, p1, p2, p3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddWithCarry(ulong left, ulong right, ref ulong carry)
    {
        ulong partial = left + right;
        ulong sum = partial + carry;
        carry = (partial < left ? 1UL : 0) | (sum < partial ? 1UL : 0);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SubtractWithBorrow(ulong left, ulong right, ref ulong borrow)
    {
        ulong partial = left - right;
        ulong difference = partial - borrow;
        borrow = (left < right ? 1UL : 0) | (partial < borrow ? 1UL : 0);
        return difference;
    }

    // left * right + addend + carry fits 128 bits for any input: (2^64-1)^2 + 2(2^64-1) = 2^128-1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong left, ulong right, ulong addend, ref ulong carry)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        low += addend;
        high += low < addend ? 1UL : 0;
        low += carry;
        high += low < carry ? 1UL : 0;
        carry = high;
        return low;
    }

    [DoesNotReturn]
    private static void ThrowOverflow() => throw new OverflowException("the result does not fit an unsigned 256-bit integer");

    [DoesNotReturn]
    private static void ThrowDivideByZero() => throw new DivideByZeroException("division of a 256-bit integer by zero");
}
