using System.Globalization;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Examination;

/// <summary>What the system tells of itself, read once. Where it tells nothing (another system, a bare container) a fact is empty.</summary>
internal sealed record MachineFacts
{
    /// <summary>Cores that are running.</summary>
    public required int[] Online { get; init; }

    /// <summary>Cores that this process's threads begin on.</summary>
    public required int[] Allowed { get; init; }

    /// <summary>Cores that the scheduler leaves alone unless a thread is bound to them.</summary>
    public int[] Isolated { get; init; } = [];

    /// <summary>Cores without the periodic tick while one thread runs there.</summary>
    public int[] NoTick { get; init; } = [];

    /// <summary>Cores whose kernel call-backs others do.</summary>
    public int[] NoCallbacks { get; init; } = [];

    /// <summary>The cpuset that bounds what a thread may be bound to; empty where it is not told.</summary>
    public int[] Cpuset { get; init; } = [];

    /// <summary>Cores' worth of time per second; null without a limit.</summary>
    public double? Quota { get; init; }

    /// <summary>Cores that share their execution units, each group once; groups of one left out.</summary>
    public IReadOnlyList<int[]> Siblings { get; init; } = [];

    /// <summary>The frequency governors in use; empty where the frequency is not the system's to set.</summary>
    public string[] Governors { get; init; } = [];

    public string ClockSource { get; init; } = "";

    /// <summary>always, madvise or never.</summary>
    public string HugePageMode { get; init; } = "";

    public long ReservedHugePages { get; init; }

    /// <summary>Bytes this process may lock; null where it is not told, <see cref="long.MaxValue"/> without a limit.</summary>
    public long? LockLimit { get; init; }

    /// <summary>Highest real-time rank allowed without a right to more.</summary>
    public long? RealtimeLimit { get; init; }

    /// <summary>Microseconds of each second that real-time threads may take; -1 for all.</summary>
    public long? RealtimeMicroseconds { get; init; }

    /// <summary>Whether this process has the right to lock beyond its limit.</summary>
    public bool MayLock { get; init; }

    /// <summary>Bytes of swap space.</summary>
    public long Swap { get; init; }

    public long? Swappiness { get; init; }

    public bool IsVirtual { get; init; }

    /// <summary>Share of the machine's time since its start that its host kept for others, 0 to 1.</summary>
    public double Stolen { get; init; }

    /// <summary>Cores that a thread of this process can be bound to: those it begins on, and the isolated ones within its cpuset.</summary>
    public int[] Usable => [.. Allowed.Union(Isolated.Intersect(Online).Where(c => Cpuset.Length == 0 || Cpuset.Contains(c))).Order()];

    /// <summary>Usable cores that are isolated.</summary>
    public int[] UsableIsolated => [.. Usable.Intersect(Isolated)];

    /// <summary>How many threads can really run at once: siblings count as one, and a quota may leave less.</summary>
    public double Room
    {
        get
        {
            int doubled = Siblings.Sum(group => Math.Max(0, group.Intersect(Usable).Count() - 1));
            return Math.Min(Usable.Length - doubled, Quota ?? double.MaxValue);
        }
    }

    /// <param name="root">"/", or a made-up tree.</param>
    public static MachineFacts Read(string root = "/")
    {
        SystemFiles files = new(root);
        int[] online = files.Cores("sys/devices/system/cpu/online");
        int[] allowed = SystemFiles.ToCores(files.Field("proc/self/status", "Cpus_allowed_list:"));
        if (allowed.Length == 0)
            allowed = ThreadPlacement.Cores() is { Length: > 0 } cores ? cores : [.. Enumerable.Range(0, Environment.ProcessorCount)];
        return new MachineFacts
        {
            Online = online.Length > 0 ? online : allowed,
            Allowed = allowed,
            Isolated = files.Cores("sys/devices/system/cpu/isolated"),
            NoTick = BootCores(files, "nohz_full="),
            NoCallbacks = BootCores(files, "rcu_nocbs="),
            Cpuset = ControlGroups.ReadCpuset(files),
            Quota = ControlGroups.ReadQuota(files),
            Siblings = ReadSiblings(files, online),
            Governors = [.. online.Select(c => files.Text($"sys/devices/system/cpu/cpu{c}/cpufreq/scaling_governor")).Where(g => g.Length > 0).Distinct()],
            ClockSource = files.Text("sys/devices/system/clocksource/clocksource0/current_clocksource"),
            HugePageMode = files.Chosen("sys/kernel/mm/transparent_hugepage/enabled"),
            ReservedHugePages = SystemFiles.ToNumber(files.Field("proc/meminfo", "HugePages_Total:")) ?? 0,
            LockLimit = ReadLimit(files, "Max locked memory"),
            RealtimeLimit = ReadLimit(files, "Max realtime priority"),
            RealtimeMicroseconds = files.Number("proc/sys/kernel/sched_rt_runtime_us"),
            MayLock = HasRight(files, CapIpcLock),
            Swap = ReadKilobytes(files.Field("proc/meminfo", "SwapTotal:")),
            Swappiness = files.Number("proc/sys/vm/swappiness"),
            IsVirtual = files.Field("proc/cpuinfo", "flags").Split(' ').Contains("hypervisor"),
            Stolen = ReadStolen(files.Field("proc/stat", "cpu ")),
        };
    }

    // A bit of the capability set, from linux/capability.h.
    private const long CapIpcLock = 1L << 14;

    private static bool HasRight(SystemFiles files, long right) =>
        long.TryParse(files.Field("proc/self/status", "CapEff:"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long rights)
        && (rights & right) != 0;

    // nohz_full=2-3, or with flags before the cores: isolcpus=managed_irq,2-3
    private static int[] BootCores(SystemFiles files, string option)
    {
        string? word = files.Text("proc/cmdline").Split(' ').FirstOrDefault(w => w.StartsWith(option, StringComparison.Ordinal));
        return word is null ? [] : SystemFiles.ToCores(word[option.Length..]);
    }

    private static List<int[]> ReadSiblings(SystemFiles files, int[] online)
    {
        List<int[]> groups = [];
        foreach (int core in online)
        {
            int[] group = files.Cores($"sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list");
            if (group.Length > 1 && group[0] == core)
                groups.Add(group);
        }
        return groups;
    }

    // Max locked memory         8388608              unlimited            bytes
    private static long? ReadLimit(SystemFiles files, string label)
    {
        string soft = files.Field("proc/self/limits", label).Split(' ', 2)[0];
        return soft == "unlimited" ? long.MaxValue : SystemFiles.ToNumber(soft);
    }

    private static long ReadKilobytes(string text) => (SystemFiles.ToNumber(text.Split(' ')[0]) ?? 0) << 10;

    // user nice system idle iowait irq softirq steal ...: ticks since the machine's start
    private static double ReadStolen(string text)
    {
        long[] ticks = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => SystemFiles.ToNumber(t) ?? 0)];
        long total = ticks.Take(8).Sum();
        return ticks.Length >= 8 && total > 0 ? (double)ticks[7] / total : 0;
    }
}
