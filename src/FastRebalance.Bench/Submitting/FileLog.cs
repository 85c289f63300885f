using FastRebalance.Core.Assets;
using FastRebalance.Execution.WriteAhead;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Bench.Submitting;

/// <summary>
/// The least that a write-ahead log must do, to measure by: arms are written and synced, fires are appended to the page cache.
/// </summary>
internal sealed class FileLog : IArmLog, IFireLog, IDisposable
{
    private const int FireBytes = 40;

    private readonly string _armPath;
    private readonly string _firePath;
    private readonly SafeFileHandle _arms;
    private readonly SafeFileHandle _fires;
    private readonly byte[] _record = GC.AllocateArray<byte>(FireBytes, pinned: true);
    private byte[] _group = new byte[64 * 1024];
    private long _armEnd;
    private long _fireEnd;

    public FileLog(string folder)
    {
        string name = Path.Combine(folder, $"fr-{Guid.NewGuid():N}");
        (_armPath, _firePath) = (name + ".arm", name + ".fire");
        _arms = Open(_armPath);
        _fires = Open(_firePath);
    }

    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        int length = 0;
        foreach (ArmedAttempt attempt in attempts)
        {
            if (_group.Length - length < attempt.Raw.Length)
                Array.Resize(ref _group, Math.Max(2 * _group.Length, length + attempt.Raw.Length));
            attempt.Raw.Span.CopyTo(_group.AsSpan(length));
            length += attempt.Raw.Length;
        }
        RandomAccess.Write(_arms, _group.AsSpan(0, length), _armEnd);
        RandomAccess.FlushToDisk(_arms);
        _armEnd += length;
        return LogVerdict.Written;
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => LogVerdict.Written;

    public LogVerdict Fire(ulong nonce, in Hash32 hash)
    {
        BitConverter.TryWriteBytes(_record, nonce);
        hash.Span.CopyTo(_record.AsSpan(sizeof(ulong)));
        RandomAccess.Write(_fires, _record, _fireEnd);
        _fireEnd += FireBytes;
        return LogVerdict.Written;
    }

    public void Dispose()
    {
        _arms.Dispose();
        _fires.Dispose();
        File.Delete(_armPath);
        File.Delete(_firePath);
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None);
}
