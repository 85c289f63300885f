using System.Diagnostics;

namespace FastRebalance.Core.Assets;

/// <summary>
/// Between base units, which the engine counts in, and whole tokens, which people write and prices speak of. Text is exact in both
/// directions; doubles are for the price side only.
/// </summary>
public static class TokenUnits
{
    /// <summary>10^77 is the last power of ten below 2^256. Tokens in use stay below 25.</summary>
    public const int MaxDecimals = 77;

    private static readonly double[] UnitsPerToken = MakeUnitsPerToken();

    /// <summary>Reads whole tokens such as <c>1</c>, <c>1.5</c> or <c>0.000001</c> into base units, exactly.</summary>
    /// <exception cref="FormatException">The text is no such number, has more fractional digits than the token, or does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The decimals are outside 0..77.</exception>
    public static UInt256 Parse(ReadOnlySpan<char> text, int decimals) =>
        TryParse(text, decimals, out UInt256 units)
            ? units
            : throw new FormatException($"'{text}' is not an amount of a token with {decimals} decimals: "
                + $"write digits, then at most one point and at most {decimals} digits after it, without sign, blanks or separators");

    /// <inheritdoc cref="Parse"/>
    /// <returns>False, and zero, where <see cref="Parse"/> would throw a <see cref="FormatException"/>.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, int decimals, out UInt256 units)
    {
        RefuseDecimals(decimals);
        units = UInt256.Zero;
        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<char> fraction = point < 0 ? "0" : text[(point + 1)..];
        int fractionDigits = point < 0 ? 0 : fraction.Length;

        bool fits = TryReadDigits(whole, out UInt256 tokens)
            && TryReadDigits(fraction, out UInt256 part)
            && fractionDigits <= decimals
            && UInt256.TryMultiply(part, UInt256.PowerOfTen(decimals - fractionDigits), out part)
            && UInt256.TryMultiply(tokens, UInt256.PowerOfTen(decimals), out tokens)
            && UInt256.TryAdd(tokens, part, out tokens);
        if (fits) units = tokens;
        return fits;
    }

    /// <summary>The exact amount in whole tokens, without trailing zeros: 1500000 units of 6 decimals are <c>1.5</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The decimals are outside 0..77.</exception>
    public static string Format(in UInt256 units, int decimals)
    {
        RefuseDecimals(decimals);
        UInt256 whole = UInt256.DivRem(units, UInt256.PowerOfTen(decimals), out UInt256 part);
        Span<char> text = stackalloc char[2 * UInt256.MaxDecimalDigits + 1];
        bool fits = whole.TryFormat(text, out int length);
        if (!part.IsZero)
        {
            Span<char> fraction = text.Slice(length + 1, decimals);
            Span<char> digits = stackalloc char[UInt256.MaxDecimalDigits];
            fits &= part.TryFormat(digits, out int count);
            fraction[..(decimals - count)].Fill('0');
            digits[..count].CopyTo(fraction[(decimals - count)..]);
            text[length] = '.';
            length += 1 + fraction.TrimEnd('0').Length;
        }
        Debug.Assert(fits, "both buffers hold the longest number");
        return new string(text[..length]);
    }

    /// <summary>Whole tokens as a double, within two units in the last place. For prices and weights, never back into money.</summary>
    /// <param name="units">Base units.</param>
    /// <param name="decimals">0..77, as checked at set-up.</param>
    public static double ToDouble(in UInt256 units, int decimals) => (double)units / UnitsPerToken[decimals];

    /// <summary>
    /// The greatest number of base units that is not above this double, taken exactly as the binary fraction it is: 0.3 is a little
    /// less than three tenths, and becomes 299999999999999988 of 18 decimals.
    /// </summary>
    /// <param name="wholeTokens">Any double.</param>
    /// <param name="decimals">0..77, as checked at set-up.</param>
    /// <param name="units">The result; zero where there is none.</param>
    /// <returns>False for NaN, infinities, negatives and results of 2^256 or more.</returns>
    public static bool TryFromDoubleFloor(double wholeTokens, int decimals, out UInt256 units)
    {
        units = UInt256.Zero;
        if (!(wholeTokens >= 0) || double.IsInfinity(wholeTokens)) return false;
        if (wholeTokens == 0) return true;

        // wholeTokens = significand * 2^exponent with an integer below 2^53, so that the product is exact before the shift.
        int exponent = Math.ILogB(wholeTokens) - 52;
        ulong significand = (ulong)Math.ScaleB(wholeTokens, -exponent);
        UInt256 low = UInt256.MultiplyFull(significand, UInt256.PowerOfTen(decimals), out UInt256 high);
        if (exponent <= 0)
        {
            int shift = -exponent;
            if (shift < 256 && high.BitLength > shift) return false;
            units = shift <= 256 ? low >> shift | high << (256 - shift) : high >> (shift - 256);
            return true;
        }
        if (!high.IsZero || low.BitLength + exponent > 256) return false;
        units = low << exponent;
        return true;
    }

    /// <inheritdoc cref="TryFromDoubleFloor"/>
    /// <exception cref="OverflowException">The double is NaN, infinite or negative, or the result needs more than 256 bits.</exception>
    public static UInt256 FromDoubleFloor(double wholeTokens, int decimals) =>
        TryFromDoubleFloor(wholeTokens, decimals, out UInt256 units)
            ? units
            : throw new OverflowException($"{wholeTokens} whole tokens of {decimals} decimals are no unsigned 256-bit number of base units");

    // Digits alone: a hexadecimal prefix has no place in an amount that people write.
    private static bool TryReadDigits(ReadOnlySpan<char> text, out UInt256 value)
    {
        value = UInt256.Zero;
        return !text.ContainsAnyExceptInRange('0', '9') && UInt256.TryParse(text, out value);
    }

    private static void RefuseDecimals(int decimals)
    {
        if ((uint)decimals > MaxDecimals)
            throw new ArgumentOutOfRangeException(nameof(decimals), decimals, $"a token has 0 to {MaxDecimals} decimals");
    }

    private static double[] MakeUnitsPerToken()
    {
        var units = new double[MaxDecimals + 1];
        for (int i = 0; i < units.Length; i++)
            units[i] = (double)UInt256.PowerOfTen(i);
        return units;
    }
}
