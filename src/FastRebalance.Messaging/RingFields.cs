using System.Runtime.InteropServices;

namespace FastRebalance.Messaging;

/// <summary>
/// The fields of a ring, laid out by hand. What every thread reads and nobody writes after set-up stands together; what the
/// producer writes stands 128 bytes away from it and from the next object on the heap.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = ProducerOffset + 24 + PaddedLong.Padding)]
internal unsafe struct RingFields
{
    public const int ReadOnlyOffset = PaddedLong.Padding;
    public const int ReadOnlyBytes = 64;
    public const int ProducerOffset = ReadOnlyOffset + ReadOnlyBytes + PaddedLong.Padding;

    // Read by all, constant after set-up (the gating list grows before the first claim only).
    [FieldOffset(ReadOnlyOffset)] public byte* Slots;
    [FieldOffset(ReadOnlyOffset + 8)] public long Mask;
    [FieldOffset(ReadOnlyOffset + 16)] public long Size;
    [FieldOffset(ReadOnlyOffset + 24)] public Sequence Cursor;
    [FieldOffset(ReadOnlyOffset + 32)] public PublishedMap? Published;
    [FieldOffset(ReadOnlyOffset + 40)] public ParkingLot? Parking;
    [FieldOffset(ReadOnlyOffset + 48)] public Sequence[] Gating;

    /// <summary>One producer, and nobody to wake: publishing is one store.</summary>
    [FieldOffset(ReadOnlyOffset + 56)] public bool IsPlain;

    /// <summary>Last sequence claimed. The single producer's own; unused with several producers, whose cursor counts the claims.</summary>
    [FieldOffset(ProducerOffset)] public long Claimed;

    /// <summary>
    /// The highest sequence that the single producer may claim without looking at the consumers again. They only advance, so an
    /// old limit is merely pessimistic, and the producer looks at their lines once per lap of the ring instead of once per event.
    /// With several producers it lies below every sequence: one comparison then serves both kinds of ring.
    /// </summary>
    [FieldOffset(ProducerOffset + 8)] public long Limit;

    /// <summary>With several producers: a minimum of the gating sequences seen earlier, to the same end.</summary>
    [FieldOffset(ProducerOffset + 16)] public long CachedGate;
}
