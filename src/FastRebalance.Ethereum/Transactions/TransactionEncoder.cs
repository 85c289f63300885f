using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// Bytes of unsigned and signed transactions: legacy (EIP-155 or unprotected), type 1 (EIP-2930), type 2 (EIP-1559), type 3 (EIP-4844,
/// which is not signed here) and type 4 (EIP-7702). Everything is written into the caller's memory; nothing is allocated.
/// </summary>
public static class TransactionEncoder
{
    /// <summary>Parity or v (up to 66 bits), r and s, each with its header: the most a signature adds.</summary>
    private const int MaxSignatureLength = 10 + 33 + 33;

    /// <summary>Type byte and the longest list header.</summary>
    private const int MaxPrefixLength = 1 + 5;

    /// <summary>Enough room for either form of this transaction; a few bytes more than the exact length.</summary>
    public static int MaxLength(in TransactionFields fields) => MaxPrefixLength + BodyLength(in fields) + MaxSignatureLength;

    /// <summary>Writes the form that is hashed for signing.</summary>
    /// <param name="fields">What the transaction says.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The kind is unknown, a typed transaction has no chain, or the memory is too short.</exception>
    public static int EncodeUnsigned(in TransactionFields fields, Span<byte> destination)
    {
        Require(in fields);
        int bodyLength = BodyLength(in fields) + ReplayProtectionLength(in fields);
        RlpWriter writer = new(destination);
        WritePrefix(ref writer, fields.Kind, bodyLength);
        WriteBody(ref writer, in fields);
        WriteReplayProtection(ref writer, in fields);
        return writer.Position;
    }

    /// <summary>The hash a signature of this transaction commits to.</summary>
    /// <param name="fields">What the transaction says.</param>
    /// <param name="scratch">At least <see cref="MaxLength"/> bytes, overwritten.</param>
    public static Hash32 SigningHash(in TransactionFields fields, Span<byte> scratch) =>
        Keccak256.Hash(scratch[..EncodeUnsigned(in fields, scratch)]);

    /// <summary>Writes the signed form, as it travels.</summary>
    /// <param name="fields">What the transaction says.</param>
    /// <param name="signature">A signature of <see cref="SigningHash"/>.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The kind is unknown, a typed transaction has no chain, or the memory is too short.</exception>
    public static int EncodeSigned(in TransactionFields fields, in Signature signature, Span<byte> destination)
    {
        Require(in fields);
        int bodyLength = BodyLength(in fields) + SignatureLength(in fields, in signature);
        RlpWriter writer = new(destination);
        WritePrefix(ref writer, fields.Kind, bodyLength);
        WriteBody(ref writer, in fields);
        WriteSignature(ref writer, in fields, in signature);
        return writer.Position;
    }

    /// <summary>Signs and writes the signed form.</summary>
    /// <param name="fields">What the transaction says.</param>
    /// <param name="key">A usable key.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes; first holds the unsigned form, then the signed one.</param>
    /// <param name="hash">The transaction's hash, its name on the chain.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The key is not usable, the fields do not fit their kind, or the memory is too short.</exception>
    public static int Sign(in TransactionFields fields, in PrivateKey key, Span<byte> destination, out Hash32 hash) =>
        Sign(in fields, key.Span, destination, out hash);

    internal static int Sign(in TransactionFields fields, ReadOnlySpan<byte> key, Span<byte> destination, out Hash32 hash)
    {
        Span<byte> digest = stackalloc byte[Keccak256.HashLength];
        Keccak256.Hash(destination[..EncodeForSigning(in fields, destination)], digest);
        int length = SignDigest(in fields, digest, key, destination);
        hash = Keccak256.Hash(destination[..length]);
        return length;
    }

    /// <summary>The unsigned form of a transaction that may be signed here.</summary>
    internal static int EncodeForSigning(in TransactionFields fields, Span<byte> destination)
    {
        if (fields.Kind == TransactionKind.Blob)
            throw new ArgumentException("type 3 is read and not signed: its blobs need proofs that are not made here", nameof(fields));
        return EncodeUnsigned(in fields, destination);
    }

    /// <summary>Signs the hash of the unsigned form and writes the signed one.</summary>
    internal static int SignDigest(in TransactionFields fields, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        if (!Secp256k1.TrySign(digest, key, out Signature signature))
            throw new ArgumentException("the private key is not a number from 1 to the curve's order less one", nameof(key));
        return EncodeSigned(in fields, in signature, destination);
    }

    private static void Require(in TransactionFields fields)
    {
        if (fields.Kind is < TransactionKind.Legacy or > TransactionKind.SetCode)
            throw new ArgumentException("the kind of the transaction is not set", nameof(fields));
        if (fields.Kind != TransactionKind.Legacy && fields.ChainId is null)
            throw new ArgumentException("a typed transaction names its chain", nameof(fields));
        if (fields.Kind == TransactionKind.Legacy && !fields.AccessList.IsEmpty)
            throw new ArgumentException("a legacy transaction has no access list", nameof(fields));
        if (fields.MustCall && fields.To is null)
            throw new ArgumentException("types 3 and 4 call an account and cannot create a contract", nameof(fields));
        if (fields.BlobVersionedHashes.IsEmpty == (fields.Kind == TransactionKind.Blob))
            throw new ArgumentException("type 3 names at least one blob, and no other type names any", nameof(fields));
        if (fields.AuthorizationList.IsEmpty == (fields.Kind == TransactionKind.SetCode))
            throw new ArgumentException("type 4 has at least one authorization, and no other type has any", nameof(fields));
    }

    private static void WritePrefix(ref RlpWriter writer, TransactionKind kind, int bodyLength)
    {
        if (kind != TransactionKind.Legacy)
            writer.WriteEncoded([WireType(kind)]);
        writer.WriteListHeader(bodyLength);
    }

    internal static byte WireType(TransactionKind kind) => (byte)(kind - TransactionKind.Legacy);

    private static int BodyLength(in TransactionFields fields)
    {
        int length = Rlp.LengthOf(fields.Nonce)
            + Rlp.LengthOf(in fields.MaxFeePerGasWei)
            + Rlp.LengthOf(fields.GasLimit)
            + (fields.To is null ? 1 : 1 + Address.Length)
            + Rlp.LengthOf(in fields.ValueWei)
            + Rlp.LengthOf(fields.Data.Span);
        if (fields.Kind == TransactionKind.Legacy) return length;
        length += Rlp.LengthOf(fields.ChainId.GetValueOrDefault())
            + Rlp.LengthOfPayload(AccessListCodec.PayloadLength(fields.AccessList.Span));
        if (fields.HasTip) length += Rlp.LengthOf(in fields.MaxPriorityFeePerGasWei);
        return length + fields.Kind switch
        {
            TransactionKind.Blob => Rlp.LengthOf(in fields.MaxFeePerBlobGasWei)
                + Rlp.LengthOfPayload(BlobCodec.PayloadLength(fields.BlobVersionedHashes.Span)),
            TransactionKind.SetCode => Rlp.LengthOfPayload(AuthorizationListCodec.PayloadLength(fields.AuthorizationList.Span)),
            _ => 0,
        };
    }

    private static void WriteBody(ref RlpWriter writer, in TransactionFields fields)
    {
        if (fields.Kind != TransactionKind.Legacy) writer.WriteInteger(fields.ChainId.GetValueOrDefault());
        writer.WriteInteger(fields.Nonce);
        if (fields.HasTip) writer.WriteInteger(in fields.MaxPriorityFeePerGasWei);
        writer.WriteInteger(in fields.MaxFeePerGasWei);
        writer.WriteInteger(fields.GasLimit);
        writer.WriteRecipient(in fields.To);
        writer.WriteInteger(in fields.ValueWei);
        writer.WriteBytes(fields.Data.Span);
        if (fields.Kind != TransactionKind.Legacy) AccessListCodec.Write(ref writer, fields.AccessList.Span);
        if (fields.Kind == TransactionKind.Blob)
        {
            writer.WriteInteger(in fields.MaxFeePerBlobGasWei);
            BlobCodec.Write(ref writer, fields.BlobVersionedHashes.Span);
        }
        else if (fields.Kind == TransactionKind.SetCode)
        {
            AuthorizationListCodec.Write(ref writer, fields.AuthorizationList.Span);
        }
    }

    // EIP-155: what is hashed carries the chain and two empty strings in the place of v, r and s.
    private static int ReplayProtectionLength(in TransactionFields fields) =>
        fields is { Kind: TransactionKind.Legacy, ChainId: { } chainId } ? Rlp.LengthOf(chainId) + 2 : 0;

    private static void WriteReplayProtection(ref RlpWriter writer, in TransactionFields fields)
    {
        if (fields is not { Kind: TransactionKind.Legacy, ChainId: { } chainId }) return;
        writer.WriteInteger(chainId);
        writer.WriteEncoded([Rlp.EmptyString, Rlp.EmptyString]);
    }

    private static int SignatureLength(in TransactionFields fields, in Signature signature) =>
        Rlp.LengthOf(V(in fields, signature.YParity)) + IntegerLength(signature.R) + IntegerLength(signature.S);

    private static void WriteSignature(ref RlpWriter writer, in TransactionFields fields, in Signature signature)
    {
        writer.WriteInteger(V(in fields, signature.YParity));
        writer.WriteInteger(signature.R);
        writer.WriteInteger(signature.S);
    }

    private static UInt256 V(in TransactionFields fields, byte yParity) =>
        fields.Kind != TransactionKind.Legacy ? (ulong)yParity
        : fields.ChainId is { } chainId ? (UInt128)chainId * 2 + 35 + yParity
        : 27UL + yParity;

    private static int IntegerLength(ReadOnlySpan<byte> bigEndian)
    {
        int first = bigEndian.IndexOfAnyExcept((byte)0);
        return first < 0 ? 1 : Rlp.LengthOf(bigEndian[first..]);
    }
}
