using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Native.Machine;

/// <summary>
/// Files that must outlive the process and the machine: opened by their own name only, for their owner alone, locked, with their space
/// taken beforehand, synced by the calls that databases use. Linux only; elsewhere everything answers <see cref="FileStatus.Unsupported"/>.
/// </summary>
public static partial class DurableFile
{
    private const uint OwnerOnly = 0x180; // 0600

    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>The user whose rights this process has.</summary>
    public static uint CurrentUser => IsSupported ? geteuid() : 0;

    /// <summary>Opens a folder, to look at it and to sync its names.</summary>
    public static FileStatus TryOpenFolder(string path, out SafeFileHandle? folder) =>
        TryOpen(path, O_RDONLY | Arm(O_DIRECTORY_Generic, O_DIRECTORY_Arm), out folder);

    /// <summary>Opens a file that is there, to read and write.</summary>
    public static FileStatus TryOpen(string path, out SafeFileHandle? file) => TryOpen(path, O_RDWR, out file);

    /// <summary>Makes a file for the owner alone; one that is there already is refused.</summary>
    public static FileStatus TryCreate(string path, out SafeFileHandle? file) => TryOpen(path, O_RDWR | O_CREAT | O_EXCL, out file);

    /// <summary>Locks for as long as the file stays open, without waiting: <see cref="FileStatus.InUse"/> where another has it.</summary>
    public static FileStatus TryLock(SafeFileHandle file)
    {
        if (!IsSupported) return FileStatus.Unsupported;
        while (flock(file, LOCK_EX | LOCK_NB) != 0)
            if (Marshal.GetLastPInvokeError() is var error and not EINTR)
                return error == EAGAIN ? FileStatus.InUse : Refusal(error);
        return FileStatus.Done;
    }

    /// <summary>Takes the space of a file from its start, so that writing there cannot run out of it; what is not written yet reads as zeros.</summary>
    public static FileStatus TryAllocate(SafeFileHandle file, long bytes)
    {
        if (!IsSupported) return FileStatus.Unsupported;
        int error;
        while ((error = posix_fallocate(file, 0, (nint)bytes)) == EINTR)
        {
        }

        return error == 0 ? FileStatus.Done : Refusal(error);
    }

    /// <summary>Brings content, and as much about it as reading it again needs, to stable storage.</summary>
    /// <remarks>A failure is final: the system may have dropped the pages, and a second call would say that all is well.</remarks>
    public static FileStatus TrySyncData(SafeFileHandle file) =>
        !IsSupported ? FileStatus.Unsupported : fdatasync(file) == 0 ? FileStatus.Done : Refusal(Marshal.GetLastPInvokeError());

    /// <summary>The same with everything that is known about the file; of a folder: the names in it.</summary>
    /// <inheritdoc cref="TrySyncData"/>
    public static FileStatus TrySync(SafeFileHandle file) =>
        !IsSupported ? FileStatus.Unsupported : fsync(file) == 0 ? FileStatus.Done : Refusal(Marshal.GetLastPInvokeError());

    /// <summary>Asks about an open file; allocates nothing.</summary>
    [SkipLocalsInit]
    public static FileStatus TryLook(SafeFileHandle file, out FileFacts facts)
    {
        const int typeMask = 0xf000, folder = 0x4000, plain = 0x8000, permissions = 0xfff;
        facts = default;
        if (!IsSupported) return FileStatus.Unsupported;
        Span<byte> answer = stackalloc byte[StatxBytes]; // the one layout of all processors, unlike stat's
        if (statx(file, "", AT_EMPTY_PATH, STATX_BASIC_STATS, ref MemoryMarshal.GetReference(answer)) != 0)
            return Refusal(Marshal.GetLastPInvokeError());
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(answer[28..]);
        facts = new FileFacts(
            (mode & typeMask) == folder,
            (mode & typeMask) == plain,
            mode & permissions,
            Owner: BinaryPrimitives.ReadUInt32LittleEndian(answer[20..]),
            Links: BinaryPrimitives.ReadUInt32LittleEndian(answer[16..]),
            Bytes: BinaryPrimitives.ReadInt64LittleEndian(answer[40..]));
        return FileStatus.Done;
    }

    /// <summary>What a status means, in words that fit behind "cannot be opened: ".</summary>
    public static string Explain(FileStatus status) => status switch
    {
        FileStatus.NotFound => "it is not there",
        FileStatus.Exists => "it is there already",
        FileStatus.IsLink => "it is a symbolic link",
        FileStatus.NotAFolder => "a part of its path is no folder",
        FileStatus.InUse => "another process holds it",
        FileStatus.NoSpace => "no space is left",
        FileStatus.ReadOnly => "the file system is read-only",
        FileStatus.NotPermitted => "this user may not",
        FileStatus.Unsupported => "this operating system cannot do it",
        _ => "the system refused",
    };

    private static FileStatus TryOpen(string path, int flags, out SafeFileHandle? file)
    {
        file = null;
        if (!IsSupported) return FileStatus.Unsupported;
        // Not blocking: a pipe under the name must not hold us up until somebody comes to its other end.
        flags |= O_CLOEXEC | O_NONBLOCK | Arm(O_NOFOLLOW_Generic, O_NOFOLLOW_Arm);
        int descriptor;
        while ((descriptor = open(path, flags, OwnerOnly)) < 0)
            if (Marshal.GetLastPInvokeError() is var error and not EINTR)
                return Refusal(error);
        file = new SafeFileHandle(descriptor, ownsHandle: true);
        return FileStatus.Done;
    }

    private static int Arm(int generic, int arm) =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? arm : generic;

    private static FileStatus Refusal(int error) => error switch
    {
        ENOENT => FileStatus.NotFound,
        EEXIST => FileStatus.Exists,
        ELOOP => FileStatus.IsLink,
        ENOTDIR => FileStatus.NotAFolder,
        ENOSPC or EDQUOT => FileStatus.NoSpace,
        EROFS => FileStatus.ReadOnly,
        EPERM or EACCES => FileStatus.NotPermitted,
        _ => FileStatus.Failed,
    };
}
