using System.Security.Cryptography;

namespace FastRebalance.Ethereum.Keys;

/// <summary>AES-128 in counter mode, big-endian counter over all 16 bytes (NIST SP 800-38A); encrypts and decrypts alike.</summary>
internal static class Aes128Ctr
{
    private const int BlockLength = 16;

    /// <param name="key">16 bytes.</param>
    /// <param name="counter">The first counter block, 16 bytes.</param>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as the input.</param>
    public static void Transform(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        Span<byte> stream = stackalloc byte[BlockLength];
        counter.CopyTo(block);
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        for (int at = 0; at < input.Length; at += BlockLength)
        {
            aes.EncryptEcb(block, stream, PaddingMode.None);
            for (int i = at; i < Math.Min(at + BlockLength, input.Length); i++)
                output[i] = (byte)(input[i] ^ stream[i - at]);
            Increment(block);
        }
        CryptographicOperations.ZeroMemory(stream);
    }

    private static void Increment(Span<byte> counter)
    {
        for (int i = counter.Length - 1; i >= 0; i--)
            if (++counter[i] != 0)
                return;
    }
}
