using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// An account's word that it will run a contract's code as its own (EIP-7702). The signature is kept as it was read: one that is out of
/// range does not spoil the transaction around it, the chain skips that authorization and goes on.
/// </summary>
public readonly record struct Authorization
{
    /// <summary>Byte before the list that is hashed for signing, so that no transaction can be taken for it.</summary>
    private const byte Magic = 0x05;

    /// <summary>The one chain it is good for; 0 for every chain.</summary>
    public UInt256 ChainId { get; init; }

    /// <summary>The contract whose code the account takes; the zero address gives it up again.</summary>
    public Address Delegate { get; init; }

    /// <summary>The account's nonce when the authorization is applied: one more than the transaction's where the sender signs for itself.</summary>
    public ulong Nonce { get; init; }

    /// <summary>0 or 1 in one that counts.</summary>
    public byte YParity { get; init; }

    public UInt256 R { get; init; }

    public UInt256 S { get; init; }

    /// <summary>Finds the account that gave its word.</summary>
    /// <param name="authority">The account.</param>
    /// <returns>False where the chain would skip it: parity, r or s out of range (s in the upper half included), or no key fits.</returns>
    public bool TryRecoverAuthority(out Address authority)
    {
        authority = default;
        if (YParity > 1 || !SignatureRange.HoldsR(R) || !SignatureRange.HoldsS(S)) return false;
        Span<byte> words = stackalloc byte[2 * UInt256.ByteLength];
        R.WriteBigEndian(words);
        S.WriteBigEndian(words[UInt256.ByteLength..]);
        Signature signature = new(words[..UInt256.ByteLength], words[UInt256.ByteLength..], YParity);
        if (!Secp256k1.TryRecover(SigningHash(ChainId, Delegate, Nonce).Span, in signature, out PublicKey key)) return false;
        authority = AccountAddress.Of(in key);
        return true;
    }

    /// <summary>The hash its signature commits to: keccak(0x05 ‖ rlp[chain, contract, nonce]).</summary>
    public static Hash32 SigningHash(in UInt256 chainId, in Address contract, ulong nonce)
    {
        Span<byte> message = stackalloc byte[1 + 2 + 33 + 1 + Address.Length + 9];
        RlpWriter writer = new(message);
        writer.WriteEncoded([Magic]);
        writer.WriteListHeader(Rlp.LengthOf(in chainId) + 1 + Address.Length + Rlp.LengthOf(nonce));
        writer.WriteInteger(in chainId);
        writer.WriteAddress(in contract);
        writer.WriteInteger(nonce);
        return Keccak256.Hash(message[..writer.Position]);
    }
}
