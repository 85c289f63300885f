using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.TypedData;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>The other side of <see cref="RelaySignature"/>: who signed a body. Takes v as 0 and 1, as Go writes it, and as 27 and 28. Allocates nothing.</summary>
public static class RelaySignatureCheck
{
    private const int AddressLength = 2 + 2 * Address.Length;
    private const int SignatureLength = 2 + 2 * Signature.Length;

    /// <param name="body">Exactly the bytes that travelled.</param>
    /// <param name="value">The header's value.</param>
    /// <param name="signer">Who signed; zero where it is not valid.</param>
    /// <returns>False where the value is malformed, or the signature is not that address's over these bytes.</returns>
    public static bool TryRecover(ReadOnlySpan<byte> body, ReadOnlySpan<byte> value, out Address signer)
    {
        signer = default;
        Span<byte> claimed = stackalloc byte[Address.Length];
        Span<byte> bytes = stackalloc byte[Signature.Length];
        if (value.Length != RelaySignature.ValueLength || value[AddressLength] != (byte)':'
            || !Hex.TryDecodeExactly(value[..AddressLength], claimed) || !Hex.TryDecodeExactly(value.Slice(AddressLength + 1, SignatureLength), bytes))
            return false;
        int parity = bytes[^1] >= 27 ? bytes[^1] - 27 : bytes[^1];
        if (parity is not (0 or 1))
            return false;
        Signature signature = new(bytes[..32], bytes.Slice(32, 32), (byte)parity);
        Span<byte> text = stackalloc byte[2 + 2 * Hash32.Length];
        Hex.TryEncode(Keccak256.Hash(body).Span, text, out _);
        if (!Secp256k1.TryRecover(PersonalMessage.Hash(text).Span, in signature, out PublicKey key))
            return false;
        Address recovered = AccountAddress.Of(in key);
        if (recovered != new Address(claimed))
            return false;
        signer = recovered;
        return true;
    }
}
