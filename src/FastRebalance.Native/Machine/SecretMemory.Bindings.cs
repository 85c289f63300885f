using System.Runtime.InteropServices;

namespace FastRebalance.Native.Machine;

// The system's functions by their own names (sys/mman.h; memoryapi.h).
public sealed unsafe partial class SecretMemory
{
    private const string LibC = "libc";
    private const string Kernel32 = "kernel32";

    private const int PROT_NONE = 0;
    private const int PROT_READ = 1;
    private const int PROT_WRITE = 2;
    private const int MAP_PRIVATE = 2;
    private const int MAP_ANONYMOUS_Linux = 0x20;
    private const int MAP_ANONYMOUS_Darwin = 0x1000;
    private const nint MAP_FAILED = -1;
    private const int MADV_DONTFORK = 10;
    private const int MADV_DONTDUMP = 16;

    private const uint MEM_COMMIT = 0x1000;
    private const uint MEM_RESERVE = 0x2000;
    private const uint MEM_RELEASE = 0x8000;
    private const uint PAGE_NOACCESS = 0x01;
    private const uint PAGE_READWRITE = 0x04;

    [LibraryImport(LibC, SetLastError = true)]
    private static partial nint mmap(nint addr, nuint length, int prot, int flags, int fd, nint offset);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int munmap(nint addr, nuint length);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int mprotect(nint addr, nuint length, int prot);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int madvise(nint addr, nuint length, int advice);

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nuint size, uint allocationType, uint protect);

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial int VirtualProtect(nint address, nuint size, uint protect, uint* oldProtect);

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial int VirtualFree(nint address, nuint size, uint freeType);
}
