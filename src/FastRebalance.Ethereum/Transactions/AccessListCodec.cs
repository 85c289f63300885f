using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>The access list's place on the wire: a list of [address, [slot, …]] (EIP-2930).</summary>
internal static class AccessListCodec
{
    private const int AddressItem = 1 + Address.Length;
    private const int SlotItem = 1 + Hash32.Length;

    public static int PayloadLength(ReadOnlySpan<AccessListEntry> entries)
    {
        int length = 0;
        foreach (ref readonly AccessListEntry entry in entries)
            length += Rlp.LengthOfPayload(EntryLength(in entry));
        return length;
    }

    public static void Write(ref RlpWriter writer, ReadOnlySpan<AccessListEntry> entries)
    {
        writer.WriteListHeader(PayloadLength(entries));
        foreach (ref readonly AccessListEntry entry in entries)
        {
            writer.WriteListHeader(EntryLength(in entry));
            writer.WriteBytes(entry.Address.Span);
            writer.WriteListHeader(entry.StorageKeys.Length * SlotItem);
            foreach (ref readonly Hash32 slot in entry.StorageKeys.Span)
                writer.WriteBytes(slot.Span);
        }
    }

    /// <summary>Reads the list; the common empty one allocates nothing.</summary>
    /// <param name="reader">Stands before the list.</param>
    /// <param name="entries">What was read.</param>
    /// <param name="verdict">What was wrong and where, where the answer is false.</param>
    public static bool TryRead(ref RlpReader reader, out ReadOnlyMemory<AccessListEntry> entries, out TransactionVerdict verdict)
    {
        entries = default;
        verdict = default;
        if (!reader.TryReadList(out RlpReader items)) return No(TransactionField.AccessList, reader.Status, out verdict);
        if (items.AtEnd) return true;
        // An entry is at least a header, an address and an empty list, so the count is bounded by bytes that are really there.
        List<AccessListEntry> read = new(Math.Min(16, items.Remaining / (2 + AddressItem) + 1));
        while (!items.AtEnd)
        {
            if (!TryReadEntry(ref items, out AccessListEntry entry, out verdict)) return false;
            read.Add(entry);
        }
        entries = read.ToArray();
        return true;
    }

    private static bool TryReadEntry(ref RlpReader items, out AccessListEntry entry, out TransactionVerdict verdict)
    {
        entry = default;
        verdict = default;
        if (!items.TryReadList(out RlpReader parts)) return No(TransactionField.AccessList, items.Status, out verdict);
        if (!parts.TryReadAddress(out Address address)) return No(TransactionField.AccessListAddress, parts.Status, out verdict);
        if (!parts.TryReadList(out RlpReader slots)) return No(TransactionField.AccessListSlot, parts.Status, out verdict);
        if (!parts.TryReadEnd()) return No(TransactionField.AccessList, parts.Status, out verdict);

        Hash32[] keys = slots.AtEnd ? [] : new Hash32[(slots.Remaining + SlotItem - 1) / SlotItem];
        int count = 0;
        while (!slots.AtEnd)
        {
            if (!slots.TryReadHash(out Hash32 slot)) return No(TransactionField.AccessListSlot, slots.Status, out verdict);
            keys[count++] = slot;
        }
        entry = new AccessListEntry(address, keys.AsMemory(0, count));
        return true;
    }

    private static bool No(TransactionField field, RlpStatus status, out TransactionVerdict verdict)
    {
        verdict = TransactionVerdict.Of(field, status);
        return false;
    }

    private static int EntryLength(in AccessListEntry entry) =>
        AddressItem + Rlp.LengthOfPayload(entry.StorageKeys.Length * SlotItem);
}
