using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Execution.Transactions;

/// <summary>Stands for a signed transaction where its bytes are to be priced before there are any.</summary>
public static class SignedSize
{
    /// <summary>
    /// Most that an EIP-1559 transaction without access list has beside its call data: type 1, list head 4, chain, nonce, tip, cap and gas
    /// 9 each, receiver 21, value 1, data's head 4, empty access list 1, signature 67.
    /// </summary>
    public const int MaxEnvelopeBytes = 1 + 4 + 5 * 9 + 21 + 1 + 4 + 1 + 67;

    private static readonly byte[] s_envelope = Noise();

    /// <summary>The call data behind an envelope of the largest size, of bytes that no packing makes shorter: a price for it is on the dear side.</summary>
    public static byte[] Pattern(ReadOnlySpan<byte> callData) => [.. s_envelope, .. callData];

    private static byte[] Noise()
    {
        byte[] noise = new byte[MaxEnvelopeBytes];
        Hash32 block = Keccak256.Hash("envelope"u8);
        for (int at = 0; at < noise.Length; at += Hash32.Length)
        {
            block.Span[..Math.Min(Hash32.Length, noise.Length - at)].CopyTo(noise.AsSpan(at));
            block = Keccak256.Hash(block.Span);
        }
        return noise;
    }
}
