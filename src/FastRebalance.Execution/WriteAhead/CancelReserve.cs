using System.Buffers.Binary;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Execution.Submission;
using FastRebalance.Native.Machine;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// One file, written through in advance, for the day on which the disk takes nothing more: the kill switch, and signed cancels of the next
/// nonces. Writing over what is there needs no space (but on a file system that copies on write: use none for the log).
/// </summary>
/// <remarks>
/// The switch stands in two places, written one after the other and each synced: one that cannot be read counts as a switch that is
/// down. The cancels stand in two halves, written in turn: a torn one leaves the other. Marks of what was taken are outside any checksum,
/// one byte each.
/// </remarks>
internal sealed class CancelReserve : IDisposable
{
    public const string Name = "reserve";
    public const int FileBytes = 1024 * 1024;
    public const int MaxCancels = PageBytes;

    private const int PageBytes = 4096;
    private const int KillBytes = 64;
    private const int HalvesOffset = 2 * PageBytes;
    private const int HalfBytes = (FileBytes - HalvesOffset) / 2;
    private const int EntriesOffset = 2 * PageBytes;
    private const byte TakenMark = 0xa5;

    private readonly LogFolder _folder;
    private readonly SafeFileHandle _file;
    private ulong _generation;
    private ulong[] _order = [];
    private bool[] _taken = [];

    private CancelReserve(LogFolder folder, SafeFileHandle file)
    {
        _folder = folder;
        _file = file;
    }

    private static ReadOnlySpan<byte> KillMagic => "FRKILLS\n"u8;

    private static ReadOnlySpan<byte> HalfMagic => "FRCANCL\n"u8;

    /// <summary>The cancels in reserve.</summary>
    public IReadOnlyList<ArmedAttempt> Cancels { get; private set; } = [];

    public KillMode Kill { get; private set; } = KillMode.Off;

    public ulong KillGeneration { get; private set; }

    /// <summary>Opens the file, or makes it for a new log.</summary>
    /// <exception cref="LogRefusedException">It is missing beside a log, or is another account's.</exception>
    public static CancelReserve Open(LogFolder folder, Func<bool> isNew)
    {
        if (!folder.TryOpen(Name, out SafeFileHandle file))
        {
            if (!isNew())
                throw new LogRefusedException(folder.File(Name), "it is missing, and there is a log", "put it back from the same copy as the log: it may hold a kill");
            byte[] content = new byte[FileBytes];
            WriteKill(content, folder, 0, KillMode.Off);
            WriteKill(content.AsSpan(PageBytes), folder, 0, KillMode.Off);
            file = folder.Make(Name, FileBytes, content);
        }

        CancelReserve reserve = new(folder, file);
        try
        {
            reserve.Read();
            return reserve;
        }
        catch
        {
            reserve.Dispose();
            throw;
        }
    }

    /// <summary>Puts the switch where it shall be; it is there after any end of the machine once this returns.</summary>
    /// <exception cref="IOException">The disk refuses even this.</exception>
    public void SetKill(ulong generation, KillMode mode)
    {
        Span<byte> place = stackalloc byte[KillBytes];
        WriteKill(place, _folder, generation, mode);
        (KillGeneration, Kill) = (generation, mode);
        for (int copy = 0; copy < 2; copy++)
        {
            RandomAccess.Write(_file, place, copy * PageBytes);
            Sync();
        }
    }

    /// <summary>Replaces the cancels; they are on the disk once this returns.</summary>
    /// <exception cref="ArgumentException">They are too many, or too long.</exception>
    /// <exception cref="IOException">The disk refuses; the cancels before stay.</exception>
    public void Set(ReadOnlySpan<ArmedAttempt> cancels)
    {
        RecordWriter entries = new();
        entries.Begin(LogRecordKind.None);
        foreach (ArmedAttempt cancel in cancels)
            entries.Put(cancel);
        if (cancels.Length > MaxCancels || entries.Payload.Length > HalfBytes - EntriesOffset)
            throw new ArgumentException($"{cancels.Length} cancels of {entries.Payload.Length} bytes; the reserve holds {MaxCancels} of {HalfBytes - EntriesOffset}", nameof(cancels));
        byte[] half = new byte[EntriesOffset + entries.Payload.Length];
        entries.Payload.CopyTo(half.AsSpan(EntriesOffset));
        WriteHalfHeader(half, _generation + 1, cancels.Length);
        RandomAccess.Write(_file, half, OffsetOf(_generation + 1));
        Sync();
        Adopt(_generation + 1, cancels.ToArray(), new bool[cancels.Length]);
    }

    /// <summary>The cheapest cancel of a nonce that was not taken yet, marked as taken as well as the disk can.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryTake(ulong nonce, out ArmedAttempt? cancel)
    {
        cancel = null;
        int best = -1;
        for (int i = 0; i < Cancels.Count; i++)
            if (_order[i] == nonce && !_taken[i] && (best < 0 || Cancels[i].Fees.MaxFeePerGasWei < Cancels[best].Fees.MaxFeePerGasWei))
                best = i;
        if (best < 0)
            return false;
        _taken[best] = true;
        cancel = Cancels[best];
        try
        {
            RandomAccess.Write(_file, [TakenMark], OffsetOf(_generation) + PageBytes + best);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It still goes out: a cancel moves no money, and its hash is known as ours from the reserve itself.
        }

        return true;
    }

    /// <summary>Those that were taken before this was opened.</summary>
    public IEnumerable<ArmedAttempt> Taken => Cancels.Where((_, i) => _taken[i]);

    public void Dispose() => _file.Dispose();

    private static long OffsetOf(ulong generation) => HalvesOffset + (long)(generation % 2) * HalfBytes;

    private void Sync() => LogFolder.Check(_folder.File(Name), DurableFile.TrySyncData(_file));

    private void Read()
    {
        if (RandomAccess.GetLength(_file) != FileBytes)
            throw new LogRefusedException(_folder.File(Name), $"it should have {FileBytes} bytes", "put it back from the same copy as the log");
        ReadKill(ReadAt(0, HalvesOffset));
        for (int half = 0; half < 2; half++)
            ReadHalf(HalvesOffset + half * HalfBytes);
    }

    private byte[] ReadAt(long offset, int length)
    {
        byte[] bytes = new byte[length];
        int read = 0;
        while (read < length && RandomAccess.Read(_file, bytes.AsSpan(read), offset + read) is > 0 and var part)
            read += part;
        return read == length ? bytes : throw new IOException($"{_folder.File(Name)}: it is cut short after {offset + read} bytes");
    }

    private void ReadKill(ReadOnlySpan<byte> bytes)
    {
        bool isInDoubt = false;
        for (int copy = 0; copy < 2; copy++)
        {
            ReadOnlySpan<byte> place = bytes.Slice(copy * PageBytes, KillBytes);
            if (!place.StartsWith(KillMagic) || BinaryPrimitives.ReadUInt32LittleEndian(place[(KillBytes - 4)..]) != Crc32C.Compute(place[..(KillBytes - 4)]))
            {
                isInDoubt = true;
                continue;
            }

            CheckAccount(place[8..]);
            ulong generation = BinaryPrimitives.ReadUInt64LittleEndian(place[36..]);
            if (generation >= KillGeneration)
                (KillGeneration, Kill) = (generation, (KillMode)place[44]);
        }

        if (isInDoubt && Kill == KillMode.Off)
            Kill = KillMode.Hard;
    }

    private void ReadHalf(long offset)
    {
        byte[] pages = ReadAt(offset, EntriesOffset);
        ReadOnlySpan<byte> header = pages.AsSpan(0, KillBytes);
        if (!header.StartsWith(HalfMagic))
            return;
        ulong generation = BinaryPrimitives.ReadUInt64LittleEndian(header[36..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[44..]), length = BinaryPrimitives.ReadUInt32LittleEndian(header[48..]);
        if (generation <= _generation || count > MaxCancels || length > HalfBytes - EntriesOffset)
            return;
        ReadOnlySpan<byte> entries = ReadAt(offset + EntriesOffset, (int)length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[(KillBytes - 4)..]) != Crc32C.Compute(header[..(KillBytes - 4)], entries, default))
            return;
        CheckAccount(header[8..]);
        PayloadReader reader = new(entries);
        ArmedAttempt[] cancels = new ArmedAttempt[count];
        bool[] taken = new bool[count];
        for (int i = 0; i < cancels.Length; i++)
            (cancels[i], taken[i]) = (reader.Attempt(), pages[PageBytes + i] != 0);
        if (reader.IsWhole)
            Adopt(generation, cancels, taken);
    }

    private void Adopt(ulong generation, ArmedAttempt[] cancels, bool[] taken)
    {
        _generation = generation;
        Cancels = cancels;
        _order = [.. cancels.Select(c => c.Nonce)];
        _taken = taken;
    }

    private void CheckAccount(ReadOnlySpan<byte> from)
    {
        ulong chain = BinaryPrimitives.ReadUInt64LittleEndian(from);
        Address sender = new(from.Slice(8, Address.Length));
        if (chain != _folder.ChainId || sender != _folder.Sender)
            throw new LogRefusedException(_folder.File(Name), $"it belongs to the account {sender} on chain {chain}", "put it back from the same copy as the log");
    }

    private static void WriteKill(Span<byte> place, LogFolder folder, ulong generation, KillMode mode)
    {
        place[..KillBytes].Clear();
        WriteAccount(place, KillMagic, folder, generation);
        place[44] = (byte)mode;
        BinaryPrimitives.WriteUInt32LittleEndian(place[(KillBytes - 4)..], Crc32C.Compute(place[..(KillBytes - 4)]));
    }

    private void WriteHalfHeader(Span<byte> half, ulong generation, int count)
    {
        WriteAccount(half, HalfMagic, _folder, generation);
        ReadOnlySpan<byte> entries = half[EntriesOffset..];
        BinaryPrimitives.WriteUInt32LittleEndian(half[44..], (uint)count);
        BinaryPrimitives.WriteUInt32LittleEndian(half[48..], (uint)entries.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(half[(KillBytes - 4)..], Crc32C.Compute(half[..(KillBytes - 4)], entries, default));
    }

    private static void WriteAccount(Span<byte> place, ReadOnlySpan<byte> magic, LogFolder folder, ulong generation)
    {
        magic.CopyTo(place);
        BinaryPrimitives.WriteUInt64LittleEndian(place[8..], folder.ChainId);
        folder.Sender.Span.CopyTo(place[16..]);
        BinaryPrimitives.WriteUInt64LittleEndian(place[36..], generation);
    }
}
