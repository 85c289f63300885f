using System.IO.MemoryMappedFiles;

namespace FastRebalance.MarketData.Prices;

/// <summary>One reader's place in a ring of prices. One thread; reading allocates nothing.</summary>
internal sealed class SharedMemoryReader : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte[] _symbol = new byte[PriceRecord.SymbolBytes];
    private readonly long _slots;
    private long _read;

    private SharedMemoryReader(MemoryMappedFile file, MemoryMappedViewAccessor view, long after)
    {
        _file = file;
        _view = view;
        _slots = view.ReadInt64(SharedPriceRing.SlotsAt);
        Session = view.ReadInt64(SharedPriceRing.SessionAt);
        // A reader that comes late gets as much of the past as is still there: the newest of each symbol is among it.
        _read = Math.Max(after, Written - _slots + 1);
    }

    public long Session { get; }

    /// <summary>The writer has ended and everything was read.</summary>
    public bool IsOver => _view.ReadInt64(SharedPriceRing.ClosedAt) != 0 && _read == Written;

    private long Written => _view.ReadInt64(SharedPriceRing.WrittenAt);

    /// <summary>The record's symbol; stands until the next read.</summary>
    public ReadOnlySpan<byte> Symbol => PriceRecord.SymbolIn(_symbol);

    public double Bid { get; private set; }

    public double Ask { get; private set; }

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no ring of prices; the message says why.</exception>
    public static SharedMemoryReader Open(string path)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length == 0)
        {
            stream.Dispose();
            throw new InvalidDataException($"{path} is no ring of prices: it is empty");
        }
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        MemoryMappedViewAccessor view = file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
        if (SharedPriceRing.FaultOf(view, stream.Length) is not { } fault)
            return new SharedMemoryReader(file, view, after: 0);
        view.Dispose();
        file.Dispose();
        throw new InvalidDataException($"{path} is no ring of prices: {fault}");
    }

    /// <summary>The next record.</summary>
    /// <param name="missed">Records that the writer had written over before they were read.</param>
    /// <returns>False where there is none now.</returns>
    public bool TryRead(out long missed)
    {
        missed = 0;
        while (true)
        {
            long written = Written;
            if (_read >= written)
                return false;
            Thread.MemoryBarrier();
            if (written - _read >= _slots)
            {
                // The oldest slot is the next that is written to: leave it alone.
                long next = written - _slots + 1;
                missed += next - _read;
                _read = next;
            }
            long record = _read + 1, place = SharedPriceRing.PlaceOf(record, _slots);
            long before = _view.ReadInt64(place);
            Thread.MemoryBarrier();
            _view.ReadArray(place + SharedPriceRing.SymbolIn, _symbol, 0, _symbol.Length);
            Bid = _view.ReadDouble(place + SharedPriceRing.BidIn);
            Ask = _view.ReadDouble(place + SharedPriceRing.AskIn);
            Thread.MemoryBarrier();
            if (before == record && _view.ReadInt64(place) == record)
            {
                _read = record;
                return true;
            }
            missed++; // overtaken while it was copied
            _read = record;
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
