using System.Buffers.Binary;
using FastRebalance.Core.Hashing;
using FastRebalance.Native.Machine;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// The lock file: held for life, and with the epoch in it. The lock keeps a second engine of this machine away; the epoch tells of one
/// that a lock cannot see (another machine on a shared disk, a file put in its place), and of files of different age put together.
/// </summary>
/// <remarks>Two places, written in turn: whatever tears the one leaves the other.</remarks>
internal sealed class LogFence : IDisposable
{
    public const string Name = "lock";

    private const int PlaceBytes = 512;
    private const int ContentBytes = 64;
    private const int ChecksumOffset = ContentBytes - sizeof(uint);

    private readonly LogFolder _folder;
    private readonly SafeFileHandle _file;
    private readonly byte[] _place = new byte[PlaceBytes];
    private Content _content;

    private LogFence(LogFolder folder, SafeFileHandle file)
    {
        _folder = folder;
        _file = file;
    }

    private static ReadOnlySpan<byte> Magic => "FRFENCE\n"u8;

    /// <summary>The newest epoch that was taken.</summary>
    public ulong Claimed => _content.Claimed;

    /// <summary>The newest epoch whose record is in the log.</summary>
    public ulong Opened => _content.Opened;

    /// <summary>The log ended cleanly, at the sequences that follow.</summary>
    public bool IsClean => _content.IsClean;

    public ulong AccountSequence => _content.AccountSequence;

    public ulong FireSequence => _content.FireSequence;

    /// <summary>Takes the lock, without waiting.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="isNew">There is no log yet: then there need be no epoch either.</param>
    /// <exception cref="LogRefusedException">Another process has it, or the file is damaged or missing.</exception>
    public static LogFence Take(LogFolder folder, Func<bool> isNew)
    {
        string path = folder.File(Name);
        if (!folder.TryOpen(Name, out SafeFileHandle file))
        {
            if (!isNew())
                throw new LogRefusedException(path, "it is missing, and there is a log", "put it back from the same copy as the log; without it nobody knows whether the log is the newest");
            if (DurableFile.TryCreate(path, out SafeFileHandle? made) is not (FileStatus.Done or FileStatus.Exists) and var status)
                throw new IOException($"{path}: {DurableFile.Explain(status)}");
            made?.Dispose();
            if (!folder.TryOpen(Name, out file))
                throw new IOException($"{path}: it was taken away while it was being opened");
        }

        LogFence fence = new(folder, file);
        try
        {
            fence.LockAndRead(path, isNew);
            return fence;
        }
        catch
        {
            fence.Dispose();
            throw;
        }
    }

    /// <summary>Takes an epoch; the log's record of it comes next.</summary>
    public void Claim(ulong epoch) => Write(_content with { Claimed = epoch, IsClean = false });

    /// <summary>The epoch's record is on the disk.</summary>
    public void Open(ulong epoch) => Write(_content with { Opened = epoch, IsClean = false });

    /// <summary>The log has ended, all of it on the disk.</summary>
    public void EndCleanly(ulong accountSequence, ulong fireSequence) =>
        Write(_content with { IsClean = true, AccountSequence = accountSequence, FireSequence = fireSequence });

    /// <summary>False when another has taken a newer epoch since, or the file is not the one in the folder any more. Allocates nothing.</summary>
    public bool IsOurs(ulong epoch) =>
        DurableFile.TryLook(_file, out FileFacts facts) == FileStatus.Done && facts.Links == 1
        && Newest(out Content content) && content.Claimed == epoch;

    public void Dispose() => _file.Dispose();

    private void LockAndRead(string path, Func<bool> isNew)
    {
        FileStatus status = DurableFile.TryLock(_file);
        if (status == FileStatus.InUse)
            throw new LogRefusedException(path, "another process holds this account's log", "stop it first; two engines must not share an account");
        LogFolder.Check(path, status);
        if (Newest(out _content))
            return;
        if (!isNew())
            throw new LogRefusedException(path, "its checksums do not match", "put it back from the same copy as the log; without it nobody knows whether the log is the newest");
        Write(new Content { Generation = 1 });
        Write(_content);
        _folder.SyncNames();
    }

    private bool Newest(out Content newest)
    {
        newest = default;
        for (int place = 0; place < 2; place++)
            if (RandomAccess.Read(_file, _place, place * PlaceBytes) >= ContentBytes && TryRead(_place, out Content content) && content.Generation > newest.Generation)
                newest = content;
        return newest.Generation > 0;
    }

    private void Write(Content content)
    {
        content = content with { Generation = _content.Generation + 1 };
        Array.Clear(_place);
        Magic.CopyTo(_place);
        Span<byte> rest = _place.AsSpan(Magic.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(rest, content.Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[8..], content.Claimed);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[16..], content.Opened);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[24..], content.AccountSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[32..], content.FireSequence);
        rest[40] = (byte)(content.IsClean ? 1 : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(_place.AsSpan(ChecksumOffset), Crc32C.Compute(_place.AsSpan(0, ChecksumOffset)));
        RandomAccess.Write(_file, _place, (long)(content.Generation % 2) * PlaceBytes);
        LogFolder.Check(_folder.File(Name), DurableFile.TrySync(_file));
        _content = content;
    }

    private static bool TryRead(ReadOnlySpan<byte> place, out Content content)
    {
        content = default;
        if (!place.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(place[ChecksumOffset..]) != Crc32C.Compute(place[..ChecksumOffset]))
            return false;
        ReadOnlySpan<byte> rest = place[Magic.Length..];
        content = new Content
        {
            Generation = BinaryPrimitives.ReadUInt64LittleEndian(rest),
            Claimed = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]),
            Opened = BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]),
            AccountSequence = BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]),
            FireSequence = BinaryPrimitives.ReadUInt64LittleEndian(rest[32..]),
            IsClean = rest[40] != 0,
        };
        return true;
    }

    private readonly record struct Content
    {
        public ulong Generation { get; init; }

        public ulong Claimed { get; init; }

        public ulong Opened { get; init; }

        public ulong AccountSequence { get; init; }

        public ulong FireSequence { get; init; }

        public bool IsClean { get; init; }
    }
}
