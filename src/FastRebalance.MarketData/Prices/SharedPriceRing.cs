using System.IO.MemoryMappedFiles;

namespace FastRebalance.MarketData.Prices;

/// <summary>
/// The layout of the ring of prices in a memory-mapped file, and both sides' way through it. All numbers little-endian, at multiples of eight.
/// Header, 128 bytes: magic (8 bytes, "FRBSHM1" and a zero), version (4, now 1), bytes of a slot (4, 64), slots (8, a power of two), session (8, the
/// time of making in nanoseconds since 1970), closed (8, 1 once the writer has ended); at 64 the number of records written (8). Then the slots:
/// stamp (8), time at the source (8), symbol (16, ASCII, filled up with zeros), bid (8, double), ask (8, double), 16 bytes of nothing.
/// </summary>
/// <remarks>
/// One writer. Record n, from 1, goes into slot (n - 1) modulo slots: the stamp is set to -n, then the rest, then the stamp to n, then the number
/// of records to n. A reader that finds another stamp before or after its copy was overtaken: the writer never waits for anybody.
/// </remarks>
internal static class SharedPriceRing
{
    public const long Magic = 0x00314D4853425246; // "FRBSHM1\0"
    public const int Version = 1;
    public const int SlotBytes = 64;
    public const int HeaderBytes = 128;
    public const long MostSlots = 1L << 24;

    public const int VersionAt = 8;
    public const int SlotBytesAt = 12;
    public const int SlotsAt = 16;
    public const int SessionAt = 24;
    public const int ClosedAt = 32;
    public const int WrittenAt = 64;

    public const int SourceTimeIn = 8;
    public const int SymbolIn = 16;
    public const int BidIn = 32;
    public const int AskIn = 40;

    public static long LengthOf(long slots) => HeaderBytes + (slots * SlotBytes);

    public static long PlaceOf(long record, long slots) => HeaderBytes + (((record - 1) & (slots - 1)) * SlotBytes);

    /// <summary>Why the file is no ring that can be read; null where it is one.</summary>
    public static string? FaultOf(MemoryMappedViewAccessor view, long fileBytes)
    {
        if (fileBytes < HeaderBytes)
            return $"it has {fileBytes} bytes, less than the header's {HeaderBytes}: it is torn, or none of ours";
        if (view.ReadInt64(0) != Magic)
            return "it does not begin as a ring of prices does: it is another program's";
        if (view.ReadInt32(VersionAt) is var version && version != Version)
            return $"it is of version {version}, this release reads version {Version}: use a writer of this release";
        if (view.ReadInt32(SlotBytesAt) != SlotBytes)
            return $"its slots have {view.ReadInt32(SlotBytesAt)} bytes, wanted are {SlotBytes}: it is damaged";
        long slots = view.ReadInt64(SlotsAt);
        if (slots is < 2 or > MostSlots || !long.IsPow2(slots))
            return $"it has {slots} slots, wanted is a power of two from 2 to {MostSlots}: it is damaged";
        return fileBytes == LengthOf(slots) ? null : $"it has {fileBytes} bytes, {LengthOf(slots)} are wanted for its {slots} slots: it is torn";
    }
}
