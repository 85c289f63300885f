namespace FastRebalance.Ethereum.Signers;

/// <summary>
/// An ECDSA signature as key-management services give it: a DER sequence of two positive integers of at most 32 bytes. Strict: lengths
/// and zeros only in their one canonical form, and nothing after the end.
/// </summary>
internal static class DerSignature
{
    private const byte SequenceTag = 0x30;
    private const byte IntegerTag = 0x02;

    /// <summary>The longest: two integers of 33 bytes.</summary>
    public const int MaxLength = 2 + 2 * (2 + 33);

    /// <param name="der">Exactly the signature's bytes.</param>
    /// <param name="r">32 bytes, filled.</param>
    /// <param name="s">32 bytes, filled.</param>
    public static bool TryRead(ReadOnlySpan<byte> der, Span<byte> r, Span<byte> s)
    {
        if (der.Length is < 8 or > MaxLength || der[0] != SequenceTag || der[1] != der.Length - 2) return false;
        ReadOnlySpan<byte> rest = der[2..];
        return TryReadInteger(ref rest, r) && TryReadInteger(ref rest, s) && rest.IsEmpty;
    }

    private static bool TryReadInteger(ref ReadOnlySpan<byte> rest, Span<byte> number)
    {
        number.Clear();
        if (rest.Length < 3 || rest[0] != IntegerTag) return false;
        int length = rest[1];
        if (length == 0 || length > 33 || rest.Length < 2 + length) return false;
        ReadOnlySpan<byte> digits = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        if ((digits[0] & 0x80) != 0) return false; // negative
        if (digits[0] == 0 && length > 1)
        {
            if ((digits[1] & 0x80) == 0) return false; // a zero more than needed
            digits = digits[1..];
        }
        if (digits.Length > number.Length) return false;
        digits.CopyTo(number[^digits.Length..]);
        return true;
    }
}
