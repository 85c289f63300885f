using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Native.Machine;

/// <summary>
/// Where the calling thread runs and how it stands against others. For set-up: a system call or two, and nothing allocated except by what
/// returns text or an array. Linux and Windows; elsewhere everything answers <see cref="PlacementStatus.Unsupported"/>.
/// </summary>
/// <remarks>
/// Threads that a pinned thread starts are pinned with it (Linux hands the affinity on), so pin a thread that starts none. Windows
/// counts cores within the thread's processor group, 64 at most.
/// </remarks>
public static unsafe partial class ThreadPlacement
{
    /// <summary>Nice value of <see cref="SchedulingPriority.High"/>.</summary>
    public const int HighNice = -10;

    /// <summary>Rank of <see cref="SchedulingPriority.Realtime"/> among real-time threads, 1 to 99.</summary>
    public const int RealtimeRank = 10;

    // What the kernel can be built for, and more; a smaller one than the kernel's own is refused.
    private const int MaskWords = 128;
    private const int MaskBits = MaskWords * 64;

    /// <summary>Binds the calling thread to one core, numbered from 0 as the operating system does.</summary>
    /// <remarks>An isolated core may be taken although <see cref="Cores"/> does not list it: it is left out of the mask that threads begin with.</remarks>
    public static PlacementStatus TryPin(int core) => TryPin([core]);

    /// <summary>Binds the calling thread to these cores; the way back, too, with what <see cref="Cores"/> said before.</summary>
    [SkipLocalsInit]
    public static PlacementStatus TryPin(ReadOnlySpan<int> cores)
    {
        if (!IsSupported) return PlacementStatus.Unsupported;
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        foreach (int core in cores)
        {
            if (!Exists(core)) return PlacementStatus.NoSuchCore;
            mask[core >> 6] |= 1UL << core;
        }
        // Safe: the mask lies on this stack for the call, and its length goes with it.
        if (OperatingSystem.IsWindows())
            return SetThreadAffinityMask(GetCurrentThread(), (nuint)mask[0]) != 0 ? PlacementStatus.Pinned : WindowsRefusal();
        return sched_setaffinity(0, MaskWords * sizeof(ulong), mask) == 0 ? PlacementStatus.Pinned : PinRefusal();
    }

    /// <summary>Sets the calling thread's priority; <see cref="SchedulingPriority.Normal"/> takes an earlier one back.</summary>
    public static PlacementStatus TrySetPriority(SchedulingPriority priority)
    {
        if (priority is < SchedulingPriority.Normal or > SchedulingPriority.Realtime)
            throw new ArgumentOutOfRangeException(nameof(priority), priority, "Normal, High or Realtime");
        if (OperatingSystem.IsWindows())
            return SetThreadPriority(GetCurrentThread(), WindowsPriority(priority)) != 0 ? PlacementStatus.PrioritySet : WindowsRefusal();
        if (!OperatingSystem.IsLinux())
            return PlacementStatus.Unsupported;
        if (priority == SchedulingPriority.Realtime)
            return SetPolicy(SCHED_FIFO | SCHED_RESET_ON_FORK, RealtimeRank); // threads it starts begin as ordinary ones
        PlacementStatus ordinary = SetPolicy(SCHED_OTHER, 0);
        if (ordinary != PlacementStatus.PrioritySet)
            return ordinary;
        return setpriority(PRIO_PROCESS, 0, priority == SchedulingPriority.High ? HighNice : 0) == 0
            ? PlacementStatus.PrioritySet
            : Refusal(Marshal.GetLastPInvokeError());
    }

    /// <summary>The calling thread's priority as the system holds it; Unknown where it cannot be asked.</summary>
    public static SchedulingPriority Priority()
    {
        if (OperatingSystem.IsWindows())
            return GetThreadPriority(GetCurrentThread()) switch
            {
                THREAD_PRIORITY_TIME_CRITICAL => SchedulingPriority.Realtime,
                > THREAD_PRIORITY_NORMAL => SchedulingPriority.High,
                _ => SchedulingPriority.Normal,
            };
        if (!OperatingSystem.IsLinux())
            return SchedulingPriority.Unknown;
        int rank, policy = sched_getscheduler(0);
        if (policy < 0 && pthread_getschedparam(pthread_self(), &policy, &rank) != 0)
            return SchedulingPriority.Unknown;
        if ((policy & ~SCHED_RESET_ON_FORK) is SCHED_FIFO or SCHED_RR)
            return SchedulingPriority.Realtime;
        return getpriority(PRIO_PROCESS, 0) < 0 ? SchedulingPriority.High : SchedulingPriority.Normal;
    }

    /// <summary>The cores that the calling thread may be put on by the system, ascending; empty where it cannot be asked.</summary>
    [SkipLocalsInit]
    public static int[] Cores()
    {
        if (!IsSupported) return [];
        ulong* mask = stackalloc ulong[MaskWords];
        Span<ulong> words = new(mask, MaskWords);
        words.Clear();
        if (OperatingSystem.IsWindows())
        {
            nuint ours, systems;
            if (GetProcessAffinityMask(GetCurrentProcess(), &ours, &systems) == 0) return [];
            words[0] = ours;
        }
        else if (sched_getaffinity(0, MaskWords * sizeof(ulong), mask) != 0)
        {
            return [];
        }
        return CoresOf(words);
    }

    /// <summary>The core that the calling thread runs on at this moment; -1 where it cannot be asked.</summary>
    public static int CurrentCore() =>
        OperatingSystem.IsWindows() ? (int)GetCurrentProcessorNumber() : OperatingSystem.IsLinux() ? sched_getcpu() : -1;

    /// <summary>What a refused pin means; empty for one that was had.</summary>
    public static string Explain(PlacementStatus status, int core) => status switch
    {
        PlacementStatus.Pinned => "",
        PlacementStatus.NoSuchCore => $"there is no core {core} on this machine",
        PlacementStatus.CoreNotAllowed => $"core {core} is switched off, or outside this process's cpuset",
        PlacementStatus.NotPermitted => $"this process may not choose core {core}",
        PlacementStatus.Unsupported => "this operating system cannot bind a thread to a core",
        _ => $"the system refused to bind the thread to core {core}",
    };

    /// <summary>What to do about a refused pin; empty for one that was had.</summary>
    public static string Remedy(PlacementStatus status, int core) => status switch
    {
        PlacementStatus.Pinned => "",
        PlacementStatus.NoSuchCore => $"name one of {string.Join(", ", Cores())}",
        PlacementStatus.CoreNotAllowed =>
            $"name one of {string.Join(", ", Cores())}, or widen the set (docker run --cpuset-cpus, AllowedCPUs= in a systemd unit)",
        PlacementStatus.NotPermitted => "allow sched_setaffinity in the seccomp profile of its container",
        PlacementStatus.Unsupported => "run on Linux or Windows, or name no core",
        _ => $"see whether `taskset -c {core} true` works, or name no core",
    };

    /// <summary>What a refused priority means; empty for one that was had.</summary>
    public static string Explain(PlacementStatus status, SchedulingPriority priority) => status switch
    {
        PlacementStatus.PrioritySet => "",
        PlacementStatus.NotPermitted when OperatingSystem.IsWindows() => "this process may not raise a thread",
        PlacementStatus.NotPermitted when priority == SchedulingPriority.Realtime => "no right to a real-time priority",
        PlacementStatus.NotPermitted => "no right to a nice value below 0",
        PlacementStatus.Unsupported => "this operating system has no such priority",
        _ => $"the system refused the priority {priority}",
    };

    /// <summary>What to do about a refused priority; empty for one that was had.</summary>
    public static string Remedy(PlacementStatus status, SchedulingPriority priority) => status switch
    {
        PlacementStatus.PrioritySet => "",
        PlacementStatus.NotPermitted when OperatingSystem.IsWindows() => "run it as a user who may",
        PlacementStatus.NotPermitted when priority == SchedulingPriority.Realtime =>
            $"raise the limit (ulimit -r {RealtimeRank}; LimitRTPRIO={RealtimeRank} in a systemd unit), or {GiveTheRight}",
        PlacementStatus.NotPermitted =>
            $"raise the limit (ulimit -e {20 - HighNice}; LimitNICE={HighNice} in a systemd unit), or {GiveTheRight}",
        PlacementStatus.Unsupported => "run on Linux or Windows, or leave the priority normal",
        _ => "leave the priority normal",
    };

    private const string GiveTheRight = "give the right (setcap cap_sys_nice+ep on the program, docker run --cap-add SYS_NICE)";

    private static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    private static bool Exists(int core)
    {
        if (core is < 0 or >= MaskBits) return false;
        if (!OperatingSystem.IsWindows()) return core < sysconf(SC_NPROCESSORS_CONF);
        nuint ours, systems;
        return core < 64 && GetProcessAffinityMask(GetCurrentProcess(), &ours, &systems) != 0 && (systems >> core & 1) != 0;
    }

    private static int[] CoresOf(ReadOnlySpan<ulong> words)
    {
        List<int> cores = [];
        for (int core = 0; core < MaskBits; core++)
            if ((words[core >> 6] >> core & 1) != 0)
                cores.Add(core);
        return [.. cores];
    }

    private static PlacementStatus SetPolicy(int policy, int rank)
    {
        int error = pthread_setschedparam(pthread_self(), policy, &rank);
        return error == 0 ? PlacementStatus.PrioritySet : Refusal(error);
    }

    // The kernel says "invalid" where none of the cores asked for is both running and in the process's set.
    private static PlacementStatus PinRefusal()
    {
        int error = Marshal.GetLastPInvokeError();
        return error == EINVAL ? PlacementStatus.CoreNotAllowed : Refusal(error);
    }

    private static PlacementStatus Refusal(int error) => error switch
    {
        EPERM or EACCES => PlacementStatus.NotPermitted,
        ENOSYS => PlacementStatus.Unsupported,
        _ => PlacementStatus.Failed,
    };

    private static PlacementStatus WindowsRefusal() => Marshal.GetLastPInvokeError() switch
    {
        ERROR_ACCESS_DENIED => PlacementStatus.NotPermitted,
        ERROR_INVALID_PARAMETER => PlacementStatus.CoreNotAllowed,
        _ => PlacementStatus.Failed,
    };

    private static int WindowsPriority(SchedulingPriority priority) => priority switch
    {
        SchedulingPriority.High => THREAD_PRIORITY_HIGHEST,
        SchedulingPriority.Realtime => THREAD_PRIORITY_TIME_CRITICAL,
        _ => THREAD_PRIORITY_NORMAL,
    };
}
