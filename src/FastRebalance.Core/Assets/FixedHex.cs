using System.Buffers;

namespace FastRebalance.Core.Assets;

/// <summary>Bytes of a fixed number as configuration and chain write them: <c>0x</c> and two digits a byte, in any letter case.</summary>
internal static class FixedHex
{
    /// <summary>Reads exactly as many bytes as <paramref name="destination"/> holds.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == 2 + 2 * destination.Length && text[0] == '0' && (text[1] | 0x20) == 'x'
        && Convert.FromHexString(text[2..], destination, out _, out int written) == OperationStatus.Done
        && written == destination.Length;

    /// <param name="text">The text that was refused.</param>
    /// <param name="noun">What it should have been, with its article: <c>an address</c>.</param>
    /// <param name="length">Its bytes.</param>
    public static FormatException Refused(ReadOnlySpan<char> text, string noun, int length) =>
        new($"'{text}' is not {noun}: 0x and {2 * length} hexadecimal digits are wanted");

    /// <summary>Takes the bytes over.</summary>
    /// <exception cref="ArgumentException">There are more or fewer than <paramref name="destination"/> holds.</exception>
    public static void Copy(ReadOnlySpan<byte> bytes, Span<byte> destination, string noun)
    {
        if (bytes.Length != destination.Length)
            throw new ArgumentException($"{noun} has {destination.Length} bytes, found {bytes.Length}", nameof(bytes));
        bytes.CopyTo(destination);
    }

    /// <summary><c>0x</c> and lower-case digits.</summary>
    public static string Format(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);
}
