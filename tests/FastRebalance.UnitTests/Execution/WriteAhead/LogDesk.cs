using System.Security.Cryptography;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Native.Machine;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

/// <summary>A folder for logs, in memory where the machine has such a place, and attempts to put into them.</summary>
internal sealed class LogDesk : IDisposable
{
    private const string Memory = "/dev/shm";

    private byte[]? _reserve;

    public LogDesk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the write-ahead log needs Linux");
        string parent = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        Root = Path.Combine(parent, "frb-log-" + Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(Root);
        Options = new SubmitterLogOptions { Root = Root, ChainId = 31337, Sender = Sender, AccountSegmentBytes = 8192, FireSegmentBytes = 4096 };
    }

    public static Address Sender { get; } = Address.Parse("0x3535353535353535353535353535353535353535");

    public string Root { get; }

    public SubmitterLogOptions Options { get; set; }

    public string Folder => LogFolder.PathOf(Options.Root, Options.ChainId, Options.Sender);

    public string AccountFile(int number = 1) => Path.Combine(Folder, LogFormat.NameOf(LogStreamKind.Account, number));

    public string FiresFile(int number = 1) => Path.Combine(Folder, LogFormat.NameOf(LogStreamKind.Fires, number));

    public string LockFile => Path.Combine(Folder, LogFence.Name);

    public string ReserveFile => Path.Combine(Folder, CancelReserve.Name);

    public SubmitterLog Open() => SubmitterLog.Open(Options);

    /// <summary>A fill that serves the decision of its nonce, or a cancel; the same for the same arguments.</summary>
    public static ArmedAttempt Attempt(ulong nonce, int rung, AttemptKind kind = AttemptKind.Fill, ulong decision = 0)
    {
        byte[] raw = new byte[20 + rung % 7];
        new Random(HashCode.Combine(nonce, rung, kind, decision)).NextBytes(raw);
        BitConverter.TryWriteBytes(raw, nonce);
        BitConverter.TryWriteBytes(raw.AsSpan(8), rung);
        raw[12] = (byte)kind;
        raw[13] = (byte)decision;
        return new ArmedAttempt
        {
            Nonce = nonce,
            Kind = kind,
            Decision = kind == AttemptKind.Fill ? new DecisionId(0xfeed, decision == 0 ? nonce + 1 : decision) : default,
            Fees = new FeeQuote(30_000_000_000 + (ulong)rung, 1_000_000_000 + (ulong)rung),
            GasLimit = 400_000 + nonce,
            MaxBlock = 1000 + nonce,
            MaxUnixSeconds = long.MaxValue,
            Hash = new Hash32(SHA256.HashData(raw)),
            Raw = raw,
        };
    }

    public static Hash32 Block(ulong number) => new(SHA256.HashData(BitConverter.GetBytes(number)));

    /// <summary>Everything that a state says, but what the opening of a log changes: number, start of the machine and configuration of the epoch.</summary>
    public static byte[] Fingerprint(SubmitterState state)
    {
        RecordWriter writer = new();
        state.WriteTo(writer.Begin(LogRecordKind.Snapshot));
        return writer.Payload[(sizeof(ulong) + 16 + Hash32.Length)..].ToArray();
    }

    /// <summary>The log's files as they are now.</summary>
    public Dictionary<string, byte[]> Save() =>
        Directory.GetFiles(Folder).ToDictionary(f => Path.GetFileName(f)!, Read);

    /// <summary>A file's bytes; the plain calls would ask for a lock of their own.</summary>
    public static byte[] Read(string path)
    {
        Assert.Equal(FileStatus.Done, DurableFile.TryOpen(path, out SafeFileHandle? file));
        using (file)
        {
            byte[] bytes = new byte[RandomAccess.GetLength(file!)];
            Assert.Equal(bytes.Length, RandomAccess.Read(file!, bytes, 0));
            return bytes;
        }
    }

    public static void WriteOver(string path, byte[] content)
    {
        Assert.Equal(FileStatus.Done, DurableFile.TryOpen(path, out SafeFileHandle? file));
        using (file)
            RandomAccess.Write(file!, content, 0);
    }

    /// <summary>Makes the folder hold these files and no others.</summary>
    public void Restore(Dictionary<string, byte[]> files, string? changed = null, byte[]? content = null)
    {
        foreach (string file in Directory.GetFiles(Folder))
            if (!files.ContainsKey(Path.GetFileName(file)))
                File.Delete(file);
        foreach ((string name, byte[] saved) in files)
        {
            byte[] bytes = name == changed ? content! : saved;
            string path = Path.Combine(Folder, name);
            if (name == CancelReserve.Name && ReferenceEquals(bytes, _reserve))
                continue; // a megabyte that the tests who do this thousands of times do not change
            if (name == CancelReserve.Name)
                _reserve = bytes;
            File.WriteAllBytes(path, bytes);
            SetMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) // there the whole desk is skipped
            File.SetUnixFileMode(path, mode);
    }

    public static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    /// <summary>The state that the files as they lie give; null when they are refused.</summary>
    public byte[]? Reopen()
    {
        try
        {
            using SubmitterLog log = Open();
            return Fingerprint(log.Recovered.State);
        }
        catch (LogRefusedException)
        {
            return null;
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
