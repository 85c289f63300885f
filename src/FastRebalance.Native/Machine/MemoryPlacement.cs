using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Native.Machine;

/// <summary>Huge pages and locked memory, for set-up. Nothing here changes what the memory holds.</summary>
/// <remarks>
/// Meant for memory that stays where it is: native memory, or a pinned array (GC.AllocateArray with pinned: true). Both are advised
/// about from the first to the last whole page inside the range, never about a neighbour's.
/// </remarks>
public static unsafe partial class MemoryPlacement
{
    private const string HugePageMode = "/sys/kernel/mm/transparent_hugepage/enabled";
    private const string HugePageSize = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";
    private const long UsualHugePage = 2 << 20;

    /// <summary>Bytes of one huge page; ranges shorter than twice this may hold none that is aligned.</summary>
    public static long HugePageBytes { get; } = ReadHugePageBytes();

    /// <summary>
    /// Tells the kernel that the whole huge pages within a range are wanted huge, and asks it to make them so now (Linux 6.1 on; an older
    /// one does it as they are touched, or in its own time).
    /// </summary>
    public static MemoryStatus TryUseHugePages(nint address, nuint length)
    {
        if (!OperatingSystem.IsLinux()) return MemoryStatus.Unsupported;
        if (!Inner(ref address, ref length, (nuint)HugePageBytes)) return MemoryStatus.TooSmall;
        if (ReadText(HugePageMode).Contains("[never]", StringComparison.Ordinal)) return MemoryStatus.SwitchedOff;
        if (madvise(address, length, MADV_HUGEPAGE) != 0)
            return Marshal.GetLastPInvokeError() == EINVAL ? MemoryStatus.Unsupported : MemoryStatus.Failed;
        madvise(address, length, MADV_COLLAPSE); // a kernel without it, or short of whole pages, keeps the advice
        return MemoryStatus.Advised;
    }

    /// <inheritdoc cref="TryUseHugePages(nint, nuint)"/>
    public static MemoryStatus TryUseHugePages<T>(ReadOnlySpan<T> pinned) where T : unmanaged =>
        TryUseHugePages(AddressOf(pinned), LengthOf(pinned));

    /// <summary>How many bytes of a range are in huge pages now, by the kernel's own account; 0 where there is none.</summary>
    /// <remarks>Reads /proc/self/smaps: milliseconds, and it allocates. The kernel counts by mapping, so a neighbour in the same mapping may count in.</remarks>
    public static long HugeBytes(nint address, nuint length)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        try
        {
            return Smaps.HugeBytes(File.ReadLines("/proc/self/smaps"), (ulong)address, (ulong)address + length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <inheritdoc cref="HugeBytes(nint, nuint)"/>
    public static long HugeBytes<T>(ReadOnlySpan<T> pinned) where T : unmanaged => HugeBytes(AddressOf(pinned), LengthOf(pinned));

    /// <summary>Keeps a range in RAM, and brings it there now. Locks do not add up: one <see cref="TryUnlock(nint, nuint)"/> ends them all.</summary>
    public static MemoryStatus TryLock(nint address, nuint length)
    {
        if (length == 0) return MemoryStatus.TooSmall;
        if (OperatingSystem.IsWindows())
            return VirtualLock(address, length) != 0 ? MemoryStatus.Locked : WindowsRefusal();
        WholePages(ref address, ref length);
        return mlock(address, length) == 0 ? MemoryStatus.Locked : LockRefusal();
    }

    /// <inheritdoc cref="TryLock(nint, nuint)"/>
    public static MemoryStatus TryLock<T>(ReadOnlySpan<T> pinned) where T : unmanaged => TryLock(AddressOf(pinned), LengthOf(pinned));

    /// <summary>Gives a locked range back.</summary>
    public static MemoryStatus TryUnlock(nint address, nuint length)
    {
        if (length == 0) return MemoryStatus.TooSmall;
        if (OperatingSystem.IsWindows())
            return VirtualUnlock(address, length) != 0 ? MemoryStatus.Unlocked : WindowsRefusal();
        WholePages(ref address, ref length);
        return munlock(address, length) == 0 ? MemoryStatus.Unlocked : LockRefusal();
    }

    /// <inheritdoc cref="TryUnlock(nint, nuint)"/>
    public static MemoryStatus TryUnlock<T>(ReadOnlySpan<T> pinned) where T : unmanaged => TryUnlock(AddressOf(pinned), LengthOf(pinned));

    /// <summary>Keeps the whole process in RAM: what it has touched, and whatever it touches from now on.</summary>
    /// <remarks>
    /// On fault, not at once. The runtime reserves 256 GB of addresses for its heap and commits them bit by bit; without MCL_ONFAULT every
    /// commit, thread stack and mapped file would be filled with real pages when it is made, used or not. The limit is another matter:
    /// against it the kernel counts addresses, not pages, so it has to be unlimited (or the process privileged), however little is used.
    /// </remarks>
    public static MemoryStatus TryLockProcess() =>
        !OperatingSystem.IsLinux() ? MemoryStatus.Unsupported
        : mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? MemoryStatus.Locked
        : LockRefusal();

    /// <summary>Undoes <see cref="TryLockProcess"/>, and every other lock of this process with it.</summary>
    public static MemoryStatus TryUnlockProcess() =>
        !OperatingSystem.IsLinux() ? MemoryStatus.Unsupported : munlockall() == 0 ? MemoryStatus.Unlocked : LockRefusal();

    /// <summary>What a refusal means; empty for what was had.</summary>
    public static string Explain(MemoryStatus status) => status switch
    {
        MemoryStatus.Advised or MemoryStatus.Locked or MemoryStatus.Unlocked => "",
        MemoryStatus.TooSmall => $"it holds no whole huge page of {HugePageBytes >> 20} MB",
        MemoryStatus.SwitchedOff => "transparent huge pages are off",
        MemoryStatus.OverLimit or MemoryStatus.NotPermitted when OperatingSystem.IsWindows() => "more than the process's working set",
        MemoryStatus.OverLimit or MemoryStatus.NotPermitted => "more memory than this process may lock",
        MemoryStatus.Unsupported => "this operating system cannot do it",
        _ => "the system refused",
    };

    /// <summary>What to do about a refusal; empty for what was had.</summary>
    public static string Remedy(MemoryStatus status) => status switch
    {
        MemoryStatus.Advised or MemoryStatus.Locked or MemoryStatus.Unlocked => "",
        MemoryStatus.TooSmall => "use a larger ring",
        MemoryStatus.SwitchedOff => $"echo madvise | sudo tee {HugePageMode}",
        MemoryStatus.OverLimit or MemoryStatus.NotPermitted when OperatingSystem.IsWindows() => "give the right to lock pages in memory",
        MemoryStatus.OverLimit or MemoryStatus.NotPermitted =>
            "raise the limit (ulimit -l unlimited; LimitMEMLOCK=infinity in a systemd unit; docker run --ulimit memlock=-1), or give the right "
            + "(setcap cap_ipc_lock+ep on the program)",
        _ => "run on Linux, or leave it out",
    };

    /// <summary>Narrows a range to the whole pages in it. False where there is none.</summary>
    internal static bool Inner(ref nint address, ref nuint length, nuint page)
    {
        nuint from = ((nuint)address + page - 1) & ~(page - 1);
        nuint to = ((nuint)address + length) & ~(page - 1);
        if (to <= from) return false;
        address = (nint)from;
        length = to - from;
        return true;
    }

    // Locking is per page; the ends bring their neighbours on the same page along, which does them no harm.
    private static void WholePages(ref nint address, ref nuint length)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint to = ((nuint)address + length + page - 1) & ~(page - 1);
        address = (nint)((nuint)address & ~(page - 1));
        length = to - (nuint)address;
    }

    // Safe: only the address is taken here; the caller promises memory that does not move, and no system call writes through it.
    private static nint AddressOf<T>(ReadOnlySpan<T> pinned) where T : unmanaged =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));

    private static nuint LengthOf<T>(ReadOnlySpan<T> pinned) where T : unmanaged => (nuint)pinned.Length * (nuint)sizeof(T);

    private static MemoryStatus LockRefusal() => Marshal.GetLastPInvokeError() switch
    {
        EPERM => MemoryStatus.NotPermitted,
        ENOMEM or EAGAIN => MemoryStatus.OverLimit,
        ENOSYS => MemoryStatus.Unsupported,
        _ => MemoryStatus.Failed,
    };

    private static MemoryStatus WindowsRefusal() =>
        Marshal.GetLastPInvokeError() == ERROR_WORKING_SET_QUOTA ? MemoryStatus.OverLimit : MemoryStatus.Failed;

    private static long ReadHugePageBytes() =>
        long.TryParse(ReadText(HugePageSize).Trim(), CultureInfo.InvariantCulture, out long bytes) && BitOperations.IsPow2(bytes)
            ? bytes
            : UsualHugePage;

    private static string ReadText(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() && File.Exists(path) ? File.ReadAllText(path) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
