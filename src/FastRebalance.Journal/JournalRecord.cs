using System.Runtime.InteropServices;
using FastRebalance.Core.Events;

namespace FastRebalance.Journal;

/// <summary>One record as read. Its bytes are the reader's and stand until the next read.</summary>
public readonly ref struct JournalRecord
{
    internal JournalRecord(JournalRecordKind kind, long sequence, ReadOnlySpan<byte> payload)
    {
        Kind = kind;
        Sequence = sequence;
        Payload = payload;
    }

    public JournalRecordKind Kind { get; }

    /// <summary>What it counts depends on the kind; see <see cref="JournalRecordKind"/>.</summary>
    public long Sequence { get; }

    /// <summary>For <see cref="JournalRecordKind.Setup"/> and <see cref="JournalRecordKind.Note"/> the UTF-8 text.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <exception cref="InvalidOperationException">The record is of another kind.</exception>
    public MarketEvent MarketEvent => MemoryMarshal.Read<MarketEvent>(PayloadOf(JournalRecordKind.MarketEvent));

    /// <exception cref="InvalidOperationException">The record is of another kind.</exception>
    public OrderEvent Order => MemoryMarshal.Read<OrderEvent>(PayloadOf(JournalRecordKind.Order));

    private ReadOnlySpan<byte> PayloadOf(JournalRecordKind kind) =>
        Kind == kind ? Payload : throw new InvalidOperationException($"the record is a {Kind}, not a {kind}");

    /// <summary>True when the payload has a length that its kind can have.</summary>
    internal static bool Fits(JournalRecordKind kind, int payloadBytes) => kind switch
    {
        JournalRecordKind.Setup or JournalRecordKind.Note => true,
        JournalRecordKind.MarketEvent => payloadBytes == Core.Events.MarketEvent.SizeInBytes,
        JournalRecordKind.Order => payloadBytes == OrderEvent.SizeInBytes,
        JournalRecordKind.End => payloadBytes == 0,
        _ => false,
    };
}
