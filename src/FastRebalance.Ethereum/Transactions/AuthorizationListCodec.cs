using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>The authorizations' place on the wire: a list of [chain, contract, nonce, y parity, r, s] (EIP-7702).</summary>
internal static class AuthorizationListCodec
{
    // Two list headers' worth less than the least that an entry takes; it only bounds what is set aside before reading.
    private const int LeastEntry = 1 + 1 + 1 + Address.Length + 4;

    public static int PayloadLength(ReadOnlySpan<Authorization> entries)
    {
        int length = 0;
        foreach (ref readonly Authorization entry in entries)
            length += Rlp.LengthOfPayload(EntryLength(in entry));
        return length;
    }

    public static void Write(ref RlpWriter writer, ReadOnlySpan<Authorization> entries)
    {
        writer.WriteListHeader(PayloadLength(entries));
        foreach (ref readonly Authorization entry in entries)
        {
            writer.WriteListHeader(EntryLength(in entry));
            writer.WriteInteger(entry.ChainId);
            writer.WriteAddress(entry.Delegate);
            writer.WriteInteger(entry.Nonce);
            writer.WriteInteger((ulong)entry.YParity);
            writer.WriteInteger(entry.R);
            writer.WriteInteger(entry.S);
        }
    }

    /// <summary>Reads the list; an empty one is refused, as every chain does.</summary>
    /// <param name="reader">Stands before the list.</param>
    /// <param name="entries">What was read.</param>
    /// <param name="verdict">What was wrong and where, where the answer is false.</param>
    public static bool TryRead(ref RlpReader reader, out ReadOnlyMemory<Authorization> entries, out TransactionVerdict verdict)
    {
        entries = default;
        verdict = default;
        if (!reader.TryReadList(out RlpReader items)) return No(TransactionField.AuthorizationList, reader.Status, out verdict);
        if (items.AtEnd)
        {
            verdict = new(TransactionStatus.ListEmpty, TransactionField.AuthorizationList);
            return false;
        }
        List<Authorization> read = new(Math.Min(16, items.Remaining / LeastEntry + 1));
        while (!items.AtEnd)
        {
            if (!TryReadEntry(ref items, out Authorization entry, out verdict)) return false;
            read.Add(entry);
        }
        entries = read.ToArray();
        return true;
    }

    private static bool TryReadEntry(ref RlpReader items, out Authorization entry, out TransactionVerdict verdict)
    {
        entry = default;
        verdict = default;
        if (!items.TryReadList(out RlpReader parts)) return No(TransactionField.AuthorizationList, items.Status, out verdict);
        if (!parts.TryReadUInt256(out UInt256 chainId)) return No(TransactionField.AuthorizationChainId, parts.Status, out verdict);
        if (!parts.TryReadAddress(out Address contract)) return No(TransactionField.AuthorizationAddress, parts.Status, out verdict);
        if (!parts.TryReadUInt64(out ulong nonce)) return No(TransactionField.AuthorizationNonce, parts.Status, out verdict);
        if (!parts.TryReadUInt64(out ulong yParity)) return No(TransactionField.AuthorizationYParity, parts.Status, out verdict);
        if (yParity > byte.MaxValue) return No(TransactionField.AuthorizationYParity, RlpStatus.TooLong, out verdict);
        if (!parts.TryReadUInt256(out UInt256 r)) return No(TransactionField.AuthorizationR, parts.Status, out verdict);
        if (!parts.TryReadUInt256(out UInt256 s)) return No(TransactionField.AuthorizationS, parts.Status, out verdict);
        if (!parts.TryReadEnd()) return No(TransactionField.AuthorizationList, parts.Status, out verdict);
        entry = new Authorization { ChainId = chainId, Delegate = contract, Nonce = nonce, YParity = (byte)yParity, R = r, S = s };
        return true;
    }

    private static bool No(TransactionField field, RlpStatus status, out TransactionVerdict verdict)
    {
        verdict = TransactionVerdict.Of(field, status);
        return false;
    }

    private static int EntryLength(in Authorization entry) =>
        Rlp.LengthOf(entry.ChainId) + 1 + Address.Length + Rlp.LengthOf(entry.Nonce) + Rlp.LengthOf((ulong)entry.YParity)
        + Rlp.LengthOf(entry.R) + Rlp.LengthOf(entry.S);
}
