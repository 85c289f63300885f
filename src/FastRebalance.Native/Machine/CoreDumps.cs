using System.Runtime.InteropServices;

namespace FastRebalance.Native.Machine;

/// <summary>
/// Whether this process may be dumped and looked into by others of its user. Forbidden, the kernel writes no core file for it, and only
/// root may attach a debugger, read its memory or list its open files; dotnet-counters and dotnet-trace go on working, dotnet-dump,
/// createdump and gdb do not.
/// </summary>
public static partial class CoreDumps
{
    private const int PR_GET_DUMPABLE = 3;
    private const int PR_SET_DUMPABLE = 4;

    /// <summary>True while the kernel dumps this process for nobody.</summary>
    public static bool AreForbidden => OperatingSystem.IsLinux() && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;

    /// <summary>Forbids them from now on.</summary>
    /// <returns><see cref="MemoryStatus.Advised"/> when they are, or why not.</returns>
    public static MemoryStatus TryForbid() => TrySet(dumpable: 0);

    /// <summary>Allows them again.</summary>
    /// <inheritdoc cref="TryForbid"/>
    public static MemoryStatus TryAllow() => TrySet(dumpable: 1);

    private static MemoryStatus TrySet(nuint dumpable) =>
        !OperatingSystem.IsLinux() ? MemoryStatus.Unsupported
        : prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0) == 0 ? MemoryStatus.Advised
        : MemoryStatus.Failed;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);
}
