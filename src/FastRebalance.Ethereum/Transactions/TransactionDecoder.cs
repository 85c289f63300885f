using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// Reads signed transactions as they travel, in canonical form only. It judges form and signature range (EIP-2 included); what
/// depends on chain or fork is <see cref="TransactionRules"/>' matter. Type 3 is read with and without the blobs that travel round it.
/// Without lists nothing is allocated.
/// </summary>
public static class TransactionDecoder
{
    /// <summary>Reads one transaction.</summary>
    /// <param name="raw">Exactly its bytes; the decoded data stays a slice of them.</param>
    /// <param name="transaction">What was read; meaningless where the verdict is not valid.</param>
    public static TransactionVerdict Decode(ReadOnlyMemory<byte> raw, out SignedTransaction transaction)
    {
        transaction = default;
        ReadOnlySpan<byte> bytes = raw.Span;
        if (bytes.IsEmpty) return new(TransactionStatus.Truncated, TransactionField.Envelope);
        if (TypeOf(bytes[0], out transaction.Fields.Kind) is { IsValid: false } unsupported) return unsupported;

        RlpReader envelope = new(transaction.Fields.Kind == TransactionKind.Legacy ? bytes : bytes[1..]);
        if (!envelope.TryReadList(out RlpReader items)) return EnvelopeVerdict(envelope.Status);
        if (!envelope.AtEnd) return new(TransactionStatus.TrailingBytes, TransactionField.Envelope);

        // Round a body that travels with its blobs there is one more list.
        transaction.HasSidecar = transaction.Fields.Kind == TransactionKind.Blob && items.NextIsList;
        return transaction.HasSidecar ? ReadWrapped(ref items, raw, ref transaction) : ReadBare(ref items, raw, ref transaction);
    }

    private static TransactionVerdict ReadBare(ref RlpReader items, ReadOnlyMemory<byte> raw, ref SignedTransaction transaction)
    {
        TransactionVerdict verdict = ReadSigned(ref items, raw, ref transaction);
        if (verdict.IsValid) transaction.Hash = Keccak256.Hash(raw.Span);
        return verdict;
    }

    private static TransactionVerdict ReadWrapped(ref RlpReader items, ReadOnlyMemory<byte> raw, ref SignedTransaction transaction)
    {
        RlpReader ahead = items;
        if (!items.TryReadList(out RlpReader body) || !ahead.TryReadEncoded(out ReadOnlySpan<byte> encoded))
            return No(TransactionField.Envelope, in items);
        TransactionVerdict verdict = ReadSigned(ref body, raw, ref transaction);
        if (verdict.IsValid) verdict = BlobCodec.CheckSidecar(ref items, transaction.Fields.BlobVersionedHashes.Span);
        if (!verdict.IsValid) return verdict;
        byte[] bare = [raw.Span[0], .. encoded]; // the type is not beside the body here, and the hash is of the two together
        transaction.Hash = Keccak256.Hash(bare);
        return verdict;
    }

    private static TransactionVerdict ReadSigned(ref RlpReader items, ReadOnlyMemory<byte> raw, ref SignedTransaction transaction)
    {
        TransactionVerdict verdict = ReadBody(ref items, raw, ref transaction.Fields);
        if (!verdict.IsValid) return verdict;
        verdict = ReadSignature(ref items, ref transaction);
        if (!verdict.IsValid) return verdict;
        return items.TryReadEnd() ? TransactionVerdict.Valid : new(TransactionStatus.TooManyFields, TransactionField.Envelope);
    }

    private static TransactionVerdict TypeOf(byte first, out TransactionKind kind)
    {
        kind = first switch
        {
            >= Rlp.EmptyList => TransactionKind.Legacy,
            1 => TransactionKind.AccessList,
            2 => TransactionKind.DynamicFee,
            3 => TransactionKind.Blob,
            4 => TransactionKind.SetCode,
            _ => TransactionKind.Unknown,
        };
        return kind != TransactionKind.Unknown ? TransactionVerdict.Valid : new(TransactionStatus.UnknownType, TransactionField.Envelope);
    }

    // An empty envelope after the type byte is bytes that end too early, not a field too few.
    private static TransactionVerdict EnvelopeVerdict(RlpStatus status) =>
        TransactionVerdict.Of(TransactionField.Envelope, status == RlpStatus.TooFewItems ? RlpStatus.Truncated : status);

    private static TransactionVerdict ReadBody(ref RlpReader items, ReadOnlyMemory<byte> raw, ref TransactionFields fields)
    {
        if (fields.Kind != TransactionKind.Legacy)
        {
            if (!items.TryReadUInt64(out ulong chainId)) return No(TransactionField.ChainId, in items);
            fields.ChainId = chainId;
        }
        if (!items.TryReadUInt64(out fields.Nonce)) return No(TransactionField.Nonce, in items);
        if (fields.HasTip && !items.TryReadUInt256(out fields.MaxPriorityFeePerGasWei))
            return No(TransactionField.MaxPriorityFeePerGas, in items);
        if (!items.TryReadUInt256(out fields.MaxFeePerGasWei)) return No(TransactionField.MaxFeePerGas, in items);
        if (!items.TryReadUInt64(out fields.GasLimit)) return No(TransactionField.GasLimit, in items);
        if (!items.TryReadRecipient(out fields.To)) return No(TransactionField.To, in items);
        if (fields.MustCall && fields.CreatesContract) return new(TransactionStatus.RecipientMissing, TransactionField.To);
        if (!items.TryReadUInt256(out fields.ValueWei)) return No(TransactionField.Value, in items);
        if (!items.TryReadBytes(out ReadOnlySpan<byte> data)) return No(TransactionField.Data, in items);
        fields.Data = SliceOf(raw, data);
        if (fields.Kind == TransactionKind.Legacy) return TransactionVerdict.Valid;
        if (!AccessListCodec.TryRead(ref items, out fields.AccessList, out TransactionVerdict verdict)) return verdict;
        return fields.Kind switch
        {
            TransactionKind.Blob => ReadBlobs(ref items, ref fields),
            TransactionKind.SetCode => ReadAuthorizations(ref items, ref fields),
            _ => TransactionVerdict.Valid,
        };
    }

    private static TransactionVerdict ReadBlobs(ref RlpReader items, ref TransactionFields fields)
    {
        if (!items.TryReadUInt256(out fields.MaxFeePerBlobGasWei)) return No(TransactionField.MaxFeePerBlobGas, in items);
        return BlobCodec.TryReadHashes(ref items, out fields.BlobVersionedHashes, out TransactionVerdict verdict) ? TransactionVerdict.Valid : verdict;
    }

    private static TransactionVerdict ReadAuthorizations(ref RlpReader items, ref TransactionFields fields) =>
        AuthorizationListCodec.TryRead(ref items, out fields.AuthorizationList, out TransactionVerdict verdict) ? TransactionVerdict.Valid : verdict;

    private static TransactionVerdict ReadSignature(ref RlpReader items, ref SignedTransaction transaction)
    {
        Span<byte> r = stackalloc byte[UInt256.ByteLength];
        Span<byte> s = stackalloc byte[UInt256.ByteLength];
        if (!items.TryReadUInt256(out UInt256 v)) return No(TransactionField.V, in items);
        if (!items.TryReadUInt256(r)) return No(TransactionField.R, in items);
        if (!items.TryReadUInt256(s)) return No(TransactionField.S, in items);
        if (!TryReadV(in v, ref transaction.Fields, out byte yParity)) return new(TransactionStatus.VOutOfRange, TransactionField.V);
        if (!SignatureRange.HoldsR(UInt256.ReadBigEndian(r))) return new(TransactionStatus.SignatureOutOfRange, TransactionField.R);
        if (!SignatureRange.HoldsS(UInt256.ReadBigEndian(s))) return new(TransactionStatus.SignatureOutOfRange, TransactionField.S);
        transaction.Signature = new Signature(r, s, yParity);
        return TransactionVerdict.Valid;
    }

    private static bool TryReadV(in UInt256 v, ref TransactionFields fields, out byte yParity)
    {
        yParity = 0;
        if ((v.Limb2 | v.Limb3) != 0) return false;
        UInt128 value = new(v.Limb1, v.Limb0);
        if (fields.Kind != TransactionKind.Legacy)
        {
            yParity = (byte)(value & 1);
            return value <= 1;
        }
        if (value == 27 || value == 28)
        {
            yParity = (byte)(value - 27);
            return true;
        }
        if (value < 37 || (value - 35) >> 1 > ulong.MaxValue) return false; // 35 and 36 would name chain 0
        fields.ChainId = (ulong)((value - 35) >> 1);
        yParity = (byte)((value - 35) & 1);
        return true;
    }

    private static ReadOnlyMemory<byte> SliceOf(ReadOnlyMemory<byte> raw, ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty) return default;
        raw.Span.Overlaps(part, out int offset);
        return raw.Slice(offset, part.Length);
    }

    private static TransactionVerdict No(TransactionField field, in RlpReader items) => TransactionVerdict.Of(field, items.Status);
}
