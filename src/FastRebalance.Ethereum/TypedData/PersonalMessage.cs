using System.Buffers;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>The hash that <c>personal_sign</c> signs (EIP-191, version 0x45): of a prefix, the length in decimal digits, the message.</summary>
public static class PersonalMessage
{
    private const int UsualLength = 512;
    private const int MostDigits = 10;

    private static ReadOnlySpan<byte> Prefix => "\u0019Ethereum Signed Message:\n"u8;

    /// <param name="message">The bytes signed; of a text, its UTF-8.</param>
    public static Hash32 Hash(ReadOnlySpan<byte> message)
    {
        int room = Prefix.Length + MostDigits + message.Length;
        if (room <= UsualLength) return Hash(message, stackalloc byte[UsualLength]);
        byte[] rented = ArrayPool<byte>.Shared.Rent(room);
        try
        {
            return Hash(message, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static Hash32 Hash(ReadOnlySpan<byte> message, Span<byte> scratch)
    {
        Prefix.CopyTo(scratch);
        System.Buffers.Text.Utf8Formatter.TryFormat(message.Length, scratch[Prefix.Length..], out int digits);
        int start = Prefix.Length + digits;
        message.CopyTo(scratch[start..]);
        return Keccak256.Hash(scratch[..(start + message.Length)]);
    }
}
