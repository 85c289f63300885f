using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Keys;

/// <summary>Where an account or a contract lives: the last 20 bytes of one hash or another.</summary>
public static class AccountAddress
{
    /// <summary>The account of a public key.</summary>
    public static Address Of(in PublicKey key) => LastBytes(Keccak256.Hash(key.Span));

    /// <summary>The account of a secret.</summary>
    /// <exception cref="ArgumentException">The secret is not a usable key.</exception>
    public static Address Of(in PrivateKey key) => OfSecret(key.Span);

    /// <summary>The same for a secret in memory of the caller's own choosing, exactly 32 bytes.</summary>
    /// <inheritdoc cref="Of(in PrivateKey)"/>
    public static Address OfSecret(ReadOnlySpan<byte> key) =>
        Secp256k1.TryGetPublicKey(key, out PublicKey publicKey)
            ? Of(in publicKey)
            : throw new ArgumentException("the private key is not a number from 1 to the curve's order less one", nameof(key));

    /// <summary>The contract an account creates with this nonce.</summary>
    public static Address OfCreated(in Address creator, ulong nonce)
    {
        Span<byte> encoded = stackalloc byte[64];
        RlpWriter writer = new(encoded);
        writer.WriteListHeader(1 + Address.Length + Rlp.LengthOf(nonce));
        writer.WriteAddress(in creator);
        writer.WriteInteger(nonce);
        return LastBytes(Keccak256.Hash(encoded[..writer.Position]));
    }

    /// <summary>The contract a factory creates with CREATE2 (EIP-1014).</summary>
    public static Address OfCreated2(in Address factory, in Hash32 salt, in Hash32 initCodeHash)
    {
        Span<byte> bytes = stackalloc byte[1 + Address.Length + 2 * Hash32.Length];
        bytes[0] = 0xff;
        factory.Span.CopyTo(bytes[1..]);
        salt.Span.CopyTo(bytes[(1 + Address.Length)..]);
        initCodeHash.Span.CopyTo(bytes[(1 + Address.Length + Hash32.Length)..]);
        return LastBytes(Keccak256.Hash(bytes));
    }

    private static Address LastBytes(in Hash32 hash) => new(hash.Span[^Address.Length..]);
}
