using FastRebalance.Hosting;
using FastRebalance.Hosting.Examination;
using FastRebalance.Hosting.Placement;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Hosting.Examination;

/// <summary>The files in which a kernel tells of its machine, in a folder of their own; the texts are as real ones write them.</summary>
internal sealed class MadeUpMachine : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fastrebalance-machine-").FullName;

    /// <summary>A plain machine: all cores allowed, no limit anywhere, nothing that disturbs.</summary>
    public MadeUpMachine(int cores)
    {
        string all = cores == 1 ? "0" : $"0-{cores - 1}";
        With("sys/devices/system/cpu/online", all);
        With("sys/devices/system/cpu/isolated", "");
        With("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc");
        With("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
        With("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet");
        With("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme tsc sse2 avx2");
        With("proc/meminfo", "MemTotal:       16384000 kB\nSwapTotal:             0 kB\nHugePages_Total:       0\n");
        With("proc/stat", "cpu  900 0 100 9000 0 0 0 0 0 0\ncpu0 900 0 100 9000 0 0 0 0 0 0\n");
        With("proc/sys/kernel/sched_rt_runtime_us", "950000");
        With("proc/sys/vm/swappiness", "60");
        With("proc/self/cgroup", "0::/user.slice/user-1000.slice");
        WithStatus(all, rights: "0000000000000000");
        WithLimits(locked: "unlimited", realtime: "0");
    }

    /// <summary>What the machine grants a thread: everything, unless a test says otherwise.</summary>
    public PlacementTrials Trials { get; set; } = new(_ => PlacementStatus.Pinned, _ => PlacementStatus.PrioritySet);

    public MadeUpMachine With(string path, string text)
    {
        string full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text + "\n");
        return this;
    }

    public MadeUpMachine WithStatus(string allowed, string rights) =>
        With("proc/self/status", $"Name:\tfastrebalance\nCapEff:\t{rights}\nCpus_allowed:\tff\nCpus_allowed_list:\t{allowed}");

    public MadeUpMachine WithLimits(string locked, string realtime) => With("proc/self/limits", $"""
        Limit                     Soft Limit           Hard Limit           Units
        Max locked memory         {locked,-20} unlimited            bytes
        Max realtime priority     {realtime,-20} 0
        """);

    public MadeUpMachine WithSiblings(params string[] groups)
    {
        foreach (string group in groups)
            foreach (int core in SystemFiles.ToCores(group))
                With($"sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list", group);
        return this;
    }

    public MachineFacts Facts() => MachineFacts.Read(_root);

    public List<Finding> Findings() => [.. MachineExamination.Of(Facts(), Trials)];

    public Finding Finding(string subject) => Assert.Single(Findings(), f => f.Subject == subject);

    public TopologyAdvice Advice() => TopologyAdvice.For(Facts());

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
