using System.Runtime.InteropServices;

namespace FastRebalance.Native.Machine;

// The system's functions by their own names (fcntl.h, sys/file.h, sys/stat.h, unistd.h); the numbers are Linux's.
public static partial class DurableFile
{
    private const string LibC = "libc";

    private const int O_RDONLY = 0;
    private const int O_RDWR = 2;
    private const int O_CREAT = 0x40;
    private const int O_EXCL = 0x80;
    private const int O_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int O_DIRECTORY_Generic = 0x10000;
    private const int O_DIRECTORY_Arm = 0x4000;
    private const int O_NOFOLLOW_Generic = 0x20000;
    private const int O_NOFOLLOW_Arm = 0x8000;

    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;

    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7ff;
    private const int StatxBytes = 256;

    private const int EPERM = 1;
    private const int ENOENT = 2;
    private const int EINTR = 4;
    private const int EAGAIN = 11;
    private const int EACCES = 13;
    private const int EEXIST = 17;
    private const int ENOTDIR = 20;
    private const int ENOSPC = 28;
    private const int EROFS = 30;
    private const int ELOOP = 40;
    private const int EDQUOT = 122;

    [LibraryImport(LibC, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int flock(SafeHandle fd, int operation);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int fsync(SafeHandle fd);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int fdatasync(SafeHandle fd);

    [LibraryImport(LibC)]
    private static partial int posix_fallocate(SafeHandle fd, nint offset, nint length); // the error itself, not errno

    [LibraryImport(LibC, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(SafeHandle dirfd, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport(LibC)]
    private static partial uint geteuid();
}
