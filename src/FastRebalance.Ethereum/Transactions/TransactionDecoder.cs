using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// Reads signed transactions as they travel, in canonical form only. It judges form and signature range (EIP-2 included); what
/// depends on chain or fork is <see cref="TransactionRules"/>' matter. Without an access list nothing is allocated.
/// </summary>
public static class TransactionDecoder
{
    // The curve's order and the half of it, above which s is refused.
    private static readonly UInt256 s_order = new(0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff);
    private static readonly UInt256 s_halfOrder = new(0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff, 0x7fffffffffffffff);

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

        TransactionVerdict verdict = ReadBody(ref items, raw, ref transaction.Fields);
        if (!verdict.IsValid) return verdict;
        verdict = ReadSignature(ref items, ref transaction);
        if (!verdict.IsValid) return verdict;
        if (!items.TryReadEnd()) return new(TransactionStatus.TooManyFields, TransactionField.Envelope);
        transaction.Hash = Keccak256.Hash(bytes);
        return TransactionVerdict.Valid;
    }

    private static TransactionVerdict TypeOf(byte first, out TransactionKind kind)
    {
        kind = first switch
        {
            >= Rlp.EmptyList => TransactionKind.Legacy,
            1 => TransactionKind.AccessList,
            2 => TransactionKind.DynamicFee,
            _ => TransactionKind.Unknown,
        };
        if (kind != TransactionKind.Unknown) return TransactionVerdict.Valid;
        TransactionStatus status = first switch
        {
            3 => TransactionStatus.BlobTypeNotSupported,
            4 => TransactionStatus.SetCodeTypeNotSupported,
            _ => TransactionStatus.UnknownType,
        };
        return new(status, TransactionField.Envelope);
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
        if (fields.Kind == TransactionKind.DynamicFee && !items.TryReadUInt256(out fields.MaxPriorityFeePerGasWei))
            return No(TransactionField.MaxPriorityFeePerGas, in items);
        if (!items.TryReadUInt256(out fields.MaxFeePerGasWei)) return No(TransactionField.MaxFeePerGas, in items);
        if (!items.TryReadUInt64(out fields.GasLimit)) return No(TransactionField.GasLimit, in items);
        if (!items.TryReadRecipient(out fields.To)) return No(TransactionField.To, in items);
        if (!items.TryReadUInt256(out fields.ValueWei)) return No(TransactionField.Value, in items);
        if (!items.TryReadBytes(out ReadOnlySpan<byte> data)) return No(TransactionField.Data, in items);
        fields.Data = SliceOf(raw, data);
        if (fields.Kind == TransactionKind.Legacy) return TransactionVerdict.Valid;
        return AccessListCodec.TryRead(ref items, out fields.AccessList, out TransactionVerdict verdict) ? TransactionVerdict.Valid : verdict;
    }

    private static TransactionVerdict ReadSignature(ref RlpReader items, ref SignedTransaction transaction)
    {
        Span<byte> r = stackalloc byte[UInt256.ByteLength];
        Span<byte> s = stackalloc byte[UInt256.ByteLength];
        if (!items.TryReadUInt256(out UInt256 v)) return No(TransactionField.V, in items);
        if (!items.TryReadUInt256(r)) return No(TransactionField.R, in items);
        if (!items.TryReadUInt256(s)) return No(TransactionField.S, in items);
        if (!TryReadV(in v, ref transaction.Fields, out byte yParity)) return new(TransactionStatus.VOutOfRange, TransactionField.V);
        if (!IsFromOneTo(r, s_order, inclusive: false)) return new(TransactionStatus.SignatureOutOfRange, TransactionField.R);
        if (!IsFromOneTo(s, s_halfOrder, inclusive: true)) return new(TransactionStatus.SignatureOutOfRange, TransactionField.S);
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

    private static bool IsFromOneTo(ReadOnlySpan<byte> bigEndian, in UInt256 limit, bool inclusive)
    {
        UInt256 value = UInt256.ReadBigEndian(bigEndian);
        return !value.IsZero && (value < limit || (inclusive && value == limit));
    }

    private static ReadOnlyMemory<byte> SliceOf(ReadOnlyMemory<byte> raw, ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty) return default;
        raw.Span.Overlaps(part, out int offset);
        return raw.Slice(offset, part.Length);
    }

    private static TransactionVerdict No(TransactionField field, in RlpReader items) => TransactionVerdict.Of(field, items.Status);
}
