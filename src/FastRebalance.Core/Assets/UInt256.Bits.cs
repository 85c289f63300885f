using System.Numerics;

namespace FastRebalance.Core.Assets;

// Bits and shifts.
public readonly partial struct UInt256
{
    /// <summary>Bits needed to write the number: 0 for zero, 256 for the greatest.</summary>
    public int BitLength =>
        Limb3 != 0 ? 256 - BitOperations.LeadingZeroCount(Limb3)
        : Limb2 != 0 ? 192 - BitOperations.LeadingZeroCount(Limb2)
        : Limb1 != 0 ? 128 - BitOperations.LeadingZeroCount(Limb1)
        : 64 - BitOperations.LeadingZeroCount(Limb0);

    /// <summary>Zero bits below the lowest set one; 256 for zero.</summary>
    public int TrailingZeroCount =>
        Limb0 != 0 ? BitOperations.TrailingZeroCount(Limb0)
        : Limb1 != 0 ? 64 + BitOperations.TrailingZeroCount(Limb1)
        : Limb2 != 0 ? 128 + BitOperations.TrailingZeroCount(Limb2)
        : Limb3 != 0 ? 192 + BitOperations.TrailingZeroCount(Limb3)
        : 256;

    /// <summary>True when the number is below 2^128.</summary>
    public bool FitsUInt128 => (Limb2 | Limb3) == 0;

    /// <summary>True when the number is below 2^64.</summary>
    public bool FitsUInt64 => (Limb1 | Limb2 | Limb3) == 0;

    public static UInt256 operator &(in UInt256 left, in UInt256 right) =>
        new(left.Limb0 & right.Limb0, left.Limb1 & right.Limb1, left.Limb2 & right.Limb2, left.Limb3 & right.Limb3);

    public static UInt256 operator |(in UInt256 left, in UInt256 right) =>
        new(left.Limb0 | right.Limb0, left.Limb1 | right.Limb1, left.Limb2 | right.Limb2, left.Limb3 | right.Limb3);

    public static UInt256 operator ^(in UInt256 left, in UInt256 right) =>
        new(left.Limb0 ^ right.Limb0, left.Limb1 ^ right.Limb1, left.Limb2 ^ right.Limb2, left.Limb3 ^ right.Limb3);

    public static UInt256 operator ~(in UInt256 value) => new(~value.Limb0, ~value.Limb1, ~value.Limb2, ~value.Limb3);

    /// <summary>Bits pushed out at the top are lost. A count of 256 or more gives zero, as in the EVM (it is not taken modulo 256).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static UInt256 operator <<(in UInt256 value, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count switch
        {
            < 64 => ShiftLeftWithinLimb(value, count),
            < 128 => ShiftLeftWithinLimb(new UInt256(0, value.Limb0, value.Limb1, value.Limb2), count - 64),
            < 192 => ShiftLeftWithinLimb(new UInt256(0, 0, value.Limb0, value.Limb1), count - 128),
            < 256 => new UInt256(0, 0, 0, value.Limb0 << (count - 192)),
            _ => Zero,
        };
    }

    /// <summary>Floor of the number over 2^count. A count of 256 or more gives zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static UInt256 operator >>(in UInt256 value, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count switch
        {
            < 64 => ShiftRightWithinLimb(value, count),
            < 128 => ShiftRightWithinLimb(new UInt256(value.Limb1, value.Limb2, value.Limb3), count - 64),
            < 192 => ShiftRightWithinLimb(new UInt256(value.Limb2, value.Limb3), count - 128),
            < 256 => new UInt256(value.Limb3 >> (count - 192)),
            _ => Zero,
        };
    }

    private static UInt256 ShiftLeftWithinLimb(in UInt256 value, int count) => new(
        value.Limb0 << count,
        JoinedLimb(value.Limb1, value.Limb0, count),
        JoinedLimb(value.Limb2, value.Limb1, count),
        JoinedLimb(value.Limb3, value.Limb2, count));

    private static UInt256 ShiftRightWithinLimb(in UInt256 value, int count) => new(
        value.Limb0 >> count | value.Limb1 << 1 << (63 - count),
        value.Limb1 >> count | value.Limb2 << 1 << (63 - count),
        value.Limb2 >> count | value.Limb3 << 1 << (63 - count),
        value.Limb3 >> count);

    // The high limb after a left shift by 0..63. The lower limb goes down in two shifts, since a single one by 64 would be no shift.
    private static ulong JoinedLimb(ulong high, ulong low, int count) => high << count | low >> 1 >> (63 - count);
}
