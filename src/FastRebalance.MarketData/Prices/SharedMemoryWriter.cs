using System.IO.MemoryMappedFiles;

namespace FastRebalance.MarketData.Prices;

/// <summary>
/// Writes prices into a ring in a memory-mapped file, for a <see cref="Feeds.SharedMemoryFeed"/> in another process; the layout stands at
/// <c>SharedPriceRing</c>. It never waits for a reader. One thread.
/// </summary>
public sealed class SharedMemoryWriter : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte[] _symbol = new byte[PriceRecord.SymbolBytes];
    private readonly long _slots;

    private SharedMemoryWriter(string path, long slots)
    {
        _slots = slots;
        _file = MemoryMappedFile.CreateFromFile(
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), null, 0, MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, SharedPriceRing.LengthOf(slots));
    }

    /// <summary>Records written.</summary>
    public long Written { get; private set; }

    /// <summary>Makes the file, whole before anybody can see it; readers of one that was there go over to this one.</summary>
    /// <param name="path">On a file system in memory, such as <c>/dev/shm/prices</c>.</param>
    /// <param name="slots">A power of two: how far a reader may fall behind.</param>
    /// <exception cref="ArgumentException">The slots are no power of two, or too many.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static SharedMemoryWriter Create(string path, int slots = 4096)
    {
        if (slots < 2 || slots > SharedPriceRing.MostSlots || !int.IsPow2(slots))
            throw new ArgumentException($"{slots} slots: wanted is a power of two from 2 to {SharedPriceRing.MostSlots}", nameof(slots));
        string half = $"{path}.{Environment.ProcessId}.tmp";
        using (FileStream made = File.Create(half))
        {
            made.SetLength(SharedPriceRing.LengthOf(slots));
            Span<byte> header = stackalloc byte[SharedPriceRing.SessionAt + 8];
            BitConverter.TryWriteBytes(header, SharedPriceRing.Magic);
            BitConverter.TryWriteBytes(header[SharedPriceRing.VersionAt..], SharedPriceRing.Version);
            BitConverter.TryWriteBytes(header[SharedPriceRing.SlotBytesAt..], SharedPriceRing.SlotBytes);
            BitConverter.TryWriteBytes(header[SharedPriceRing.SlotsAt..], (long)slots);
            BitConverter.TryWriteBytes(header[SharedPriceRing.SessionAt..], (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100);
            made.Write(header);
        }
        File.Move(half, path, overwrite: true);
        return new SharedMemoryWriter(path, slots);
    }

    /// <exception cref="ArgumentException">The symbol does not fit.</exception>
    public void Write(in PriceRecord record)
    {
        record.WriteSymbol(_symbol);
        long number = Written + 1, place = SharedPriceRing.PlaceOf(number, _slots);
        _view.Write(place, -number);
        Thread.MemoryBarrier();
        _view.Write(place + SharedPriceRing.SourceTimeIn, record.UnixNs);
        _view.WriteArray(place + SharedPriceRing.SymbolIn, _symbol, 0, _symbol.Length);
        _view.Write(place + SharedPriceRing.BidIn, record.Bid);
        _view.Write(place + SharedPriceRing.AskIn, record.Ask);
        Thread.MemoryBarrier();
        _view.Write(place, number);
        Thread.MemoryBarrier();
        _view.Write(SharedPriceRing.WrittenAt, number);
        Written = number;
    }

    /// <summary>Tells the readers that nothing more comes; the file stays.</summary>
    public void Dispose()
    {
        Thread.MemoryBarrier();
        _view.Write(SharedPriceRing.ClosedAt, 1L);
        _view.Dispose();
        _file.Dispose();
    }
}
