using System.Globalization;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>Says what is wrong with a text that was refused as a quantity or as data. Only asked once a reader has said no.</summary>
internal static class QuantityFault
{
    /// <param name="utf8">The refused text.</param>
    /// <param name="bits">What the quantity may have at most.</param>
    public static string Of(ReadOnlySpan<byte> utf8, int bits)
    {
        if (utf8.IsEmpty)
            return "it is empty";
        if (utf8[0] == '-')
            return "it is negative";
        if (!utf8.StartsWith("0x"u8))
            return utf8.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? "it does not begin with 0x" : "it is a decimal number";
        ReadOnlySpan<byte> digits = utf8[2..];
        if (digits.IsEmpty)
            return "it has no digits";
        if (NotHexadecimal(digits))
            return "it holds something else than hexadecimal digits";
        if (digits.ContainsAnyInRange((byte)'A', (byte)'F'))
            return "it has digits in upper case";
        if (digits[0] == '0')
            return "it has leading zeros";
        return string.Create(CultureInfo.InvariantCulture, $"it is longer than {bits / 8} bytes");
    }

    public static string OfData(ReadOnlySpan<byte> utf8) =>
        !utf8.StartsWith("0x"u8) ? "it does not begin with 0x"
        : utf8.Length % 2 != 0 ? "it has an odd number of digits"
        : NotHexadecimal(utf8[2..]) ? "it holds something else than hexadecimal digits"
        : "it cannot be read";

    private static bool NotHexadecimal(ReadOnlySpan<byte> digits)
    {
        foreach (byte digit in digits)
            if (!char.IsAsciiHexDigit((char)digit))
                return true;
        return false;
    }
}
