using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Ethereum.TypedData;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>
/// The value of <c>X-Flashbots-Signature</c>, by which block builders tell senders apart: <c>ADDRESS:SIGNATURE</c>, the signature a
/// personal message of the text <c>0x…</c> of the body's hash. Allocates nothing, any thread. Source: Flashbots' documentation, "Authentication".
/// </summary>
public sealed class RelaySignature
{
    /// <summary>Bytes of the value: always as many.</summary>
    public const int ValueLength = AddressLength + 1 + SignatureLength;

    private const int AddressLength = 2 + 2 * Address.Length;
    private const int SignatureLength = 2 + 2 * Signature.Length;
    private const byte EvenV = 27;

    private readonly TransactionSigner _signer;
    private readonly byte[] _address;

    /// <param name="signer">An account for this alone, apart from the one that holds the funds; it is the caller's to dispose.</param>
    public RelaySignature(TransactionSigner signer)
    {
        _signer = signer;
        _address = System.Text.Encoding.ASCII.GetBytes(Eip55.Format(signer.Address));
    }

    /// <summary>Writes the header's value for a body.</summary>
    /// <param name="body">Exactly the bytes that are sent.</param>
    /// <param name="destination">At least <see cref="ValueLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Write(ReadOnlySpan<byte> body, Span<byte> destination)
    {
        Room.Require(destination, ValueLength);
        Span<byte> text = stackalloc byte[2 + 2 * Hash32.Length];
        Hex.TryEncode(Keccak256.Hash(body).Span, text, out _);
        Signature signature = _signer.SignDigest(PersonalMessage.Hash(text));
        Span<byte> bytes = stackalloc byte[Signature.Length];
        signature.Span.CopyTo(bytes);
        bytes[^1] += EvenV;
        _address.CopyTo(destination);
        destination[AddressLength] = (byte)':';
        Hex.TryEncode(bytes, destination[(AddressLength + 1)..], out _);
        return ValueLength;
    }
}
