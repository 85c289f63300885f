using System.Runtime.InteropServices;

namespace FastRebalance.Native.Machine;

// The system's functions by their own names (sys/mman.h; memoryapi.h).
public static unsafe partial class MemoryPlacement
{
    private const string LibC = "libc";
    private const string Kernel32 = "kernel32";

    private const int MADV_HUGEPAGE = 14;
    private const int MADV_COLLAPSE = 25;
    private const int MCL_CURRENT = 1;
    private const int MCL_FUTURE = 2;
    private const int MCL_ONFAULT = 4;

    private const int EPERM = 1;
    private const int EAGAIN = 11;
    private const int ENOMEM = 12;
    private const int EINVAL = 22;
    private const int ENOSYS = 38;

    private const int ERROR_WORKING_SET_QUOTA = 1453;

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int madvise(nint addr, nuint length, int advice);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int mlock(nint addr, nuint length);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int munlock(nint addr, nuint length);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int mlockall(int flags);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int munlockall();

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial int VirtualLock(nint address, nuint size);

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial int VirtualUnlock(nint address, nuint size);
}
