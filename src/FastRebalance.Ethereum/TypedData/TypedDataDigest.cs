using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>The last step of EIP-712: what is signed is keccak(0x19 0x01 ‖ domain separator ‖ hash of the struct).</summary>
internal static class TypedDataDigest
{
    public static Hash32 Of(in Hash32 domainSeparator, in Hash32 structHash)
    {
        Span<byte> message = stackalloc byte[2 + 2 * Hash32.Length];
        message[0] = 0x19;
        message[1] = 0x01;
        domainSeparator.Span.CopyTo(message[2..]);
        structHash.Span.CopyTo(message[(2 + Hash32.Length)..]);
        return Keccak256.Hash(message);
    }
}
