using System.Numerics;

namespace FastRebalance.Core.Assets;

// Text: decimal by default, hexadecimal where asked for.
public readonly partial struct UInt256 : ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>Digits of 2^256-1 in decimal: the longest text that is ever written.</summary>
    public const int MaxDecimalDigits = 78;

    private const ulong ChunkDivisor = 10_000_000_000_000_000_000;
    private const int ChunkDigits = 19;

    /// <summary>Reads decimal digits, or hexadecimal ones after <c>0x</c>: no sign, no blank, no separator, leading zeros allowed.</summary>
    /// <exception cref="FormatException">The text is not of that form, or the number needs more than 256 bits.</exception>
    public static UInt256 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out UInt256 value)
            ? value
            : throw new FormatException($"'{text}' is not an unsigned 256-bit integer: write decimal digits, or 0x and hexadecimal ones");

    /// <inheritdoc cref="Parse"/>
    /// <returns>False, and zero, where <see cref="Parse"/> would throw.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out UInt256 value) => TryParseDigits(text, out value);

    /// <summary>The same over ASCII or UTF-8 bytes, as JSON readers hand them out.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out UInt256 value) => TryParseDigits(utf8Text, out value);

    public override string ToString()
    {
        Span<byte> digits = stackalloc byte[MaxDecimalDigits];
        int length = WriteDecimal(digits);
        return string.Create(length, digits[..length], static (text, ascii) => Widen(ascii, text));
    }

    /// <param name="format">Nothing, <c>D</c> or <c>G</c> for decimal; <c>x</c> or <c>X</c> for hexadecimal without prefix or leading zeros.</param>
    /// <param name="formatProvider">Not looked at: digits are the same everywhere.</param>
    /// <exception cref="FormatException">Another format was asked for.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider = null)
    {
        Span<byte> digits = stackalloc byte[MaxDecimalDigits];
        int length = Write(digits, format);
        return string.Create(length, digits[..length], static (text, ascii) => Widen(ascii, text));
    }

    /// <inheritdoc cref="ToString(string?, IFormatProvider?)"/>
    /// <returns>False when the destination is too short; nothing is written then.</returns>
    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> digits = stackalloc byte[MaxDecimalDigits];
        int length = Write(digits, format);
        bool fits = length <= destination.Length;
        if (fits) Widen(digits[..length], destination);
        charsWritten = fits ? length : 0;
        return fits;
    }

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(
        Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> digits = stackalloc byte[MaxDecimalDigits];
        int length = Write(digits, format);
        bool fits = digits[..length].TryCopyTo(utf8Destination);
        bytesWritten = fits ? length : 0;
        return fits;
    }

    private int Write(Span<byte> digits, ReadOnlySpan<char> format) => format switch
    {
        "" or "D" or "d" or "G" or "g" => WriteDecimal(digits),
        "x" => WriteHex(digits, 'a'),
        "X" => WriteHex(digits, 'A'),
        _ => throw new FormatException($"'{format}' is not a format of 256-bit integers: use D for decimal, x or X for hexadecimal"),
    };

    private int WriteDecimal(Span<byte> digits)
    {
        // From the right: chunks of 19 digits, the most that one limb holds.
        Span<byte> reversed = stackalloc byte[5 * ChunkDigits];
        int end = reversed.Length, at = end;
        UInt256 rest = this;
        do
        {
            rest = Divide(rest, ChunkDivisor, out UInt256 chunk);
            ulong low = chunk.Limb0;
            int chunkStart = at - ChunkDigits;
            while (low != 0 || (!rest.IsZero && at > chunkStart)) // only the leading chunk goes without leading zeros
            {
                (low, ulong digit) = Math.DivRem(low, 10);
                reversed[--at] = (byte)('0' + digit);
            }
        }
        while (!rest.IsZero);
        if (at == end) reversed[--at] = (byte)'0';
        reversed[at..].CopyTo(digits);
        return end - at;
    }

    private int WriteHex(Span<byte> digits, char ten)
    {
        int length = Math.Max(1, (BitLength + 3) / 4);
        for (int i = 0; i < length; i++)
        {
            int digit = (int)((this >> 4 * (length - 1 - i)).Limb0 & 15);
            digits[i] = (byte)(digit < 10 ? '0' + digit : ten + digit - 10);
        }
        return length;
    }

    private static void Widen(ReadOnlySpan<byte> ascii, Span<char> text)
    {
        for (int i = 0; i < ascii.Length; i++)
            text[i] = (char)ascii[i];
    }

    private static bool TryParseDigits<TChar>(ReadOnlySpan<TChar> text, out UInt256 value)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        bool hex = text.Length >= 2 && CodeOf(text[0]) == '0' && (CodeOf(text[1]) | 0x20) == 'x';
        ReadOnlySpan<TChar> digits = hex ? text[2..] : text;
        bool read = hex ? TryParseHex(digits, out value) : TryParseDecimal(digits, out value);
        if (!read) value = Zero;
        return read;
    }

    private static bool TryParseHex<TChar>(ReadOnlySpan<TChar> digits, out UInt256 value)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        value = Zero;
        foreach (TChar character in digits)
        {
            uint code = CodeOf(character);
            uint digit = code - '0' <= 9 ? code - '0' : (code | 0x20) - 'a' + 10;
            if (digit > 15 || digit < 10 && code > '9' || value.Limb3 >> 60 != 0) return false;
            value = ShiftLeftWithinLimb(value, 4) | digit;
        }
        return digits.Length > 0;
    }

    private static bool TryParseDecimal<TChar>(ReadOnlySpan<TChar> digits, out UInt256 value)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        value = Zero;
        bool read = digits.Length > 0;
        while (read && digits.Length > 0)
        {
            int length = Math.Min(digits.Length, ChunkDigits);
            ulong chunk = 0, scale = 1;
            foreach (TChar character in digits[..length])
            {
                uint digit = CodeOf(character) - '0';
                if (digit > 9) return false;
                chunk = chunk * 10 + digit;
                scale *= 10;
            }
            read = TryMultiply(value, scale, out value) && TryAdd(value, chunk, out value);
            digits = digits[length..];
        }
        return read;
    }

    private static uint CodeOf<TChar>(TChar character) where TChar : unmanaged, IBinaryInteger<TChar> =>
        uint.CreateTruncating(character);
}
