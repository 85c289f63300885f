using FastRebalance.Configuration;
using FastRebalance.Hosting;
using FastRebalance.Hosting.Examination;
using FastRebalance.Hosting.Placement;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Hosting.Examination;

public sealed class MachineExaminationTests
{
    [Fact]
    public void Examination_DeskBoxInOrder_FindsNothingToDo()
    {
        using MadeUpMachine desk = IsolatedDesk();

        Assert.All(desk.Findings(), f => Assert.Equal((Health.Good, ""), (f.Health, f.ToDo)));
        Assert.Equal("4,5,6,7, without tick and call-backs", desk.Finding("isolated cores").Found);
        Assert.Equal((Topology.Staged, "busy-spin"), (desk.Advice().Topology, desk.Advice().WaitStrategy));
    }

    [Fact]
    public void Examination_DeskBoxWithTickAndCallbacks_NamesThemAndTheBootLine()
    {
        using MadeUpMachine desk = IsolatedDesk().With("proc/cmdline", "ro isolcpus=4-7 nohz_full=4-5");

        Finding isolation = desk.Finding("isolated cores");

        Assert.Equal(Health.Advice, isolation.Health);
        Assert.Equal("4,5,6,7, still with the tick on 6,7 and call-backs on 4,5,6,7", isolation.Found);
        Assert.Contains("nohz_full=4,5,6,7", isolation.ToDo);
    }

    [Fact]
    public void Examination_TwoCoreMachine_AdvisesFusedAndSparesIsolation()
    {
        using MadeUpMachine small = new(cores: 2);
        small.With("proc/cpuinfo", "flags\t\t: fpu hypervisor").With("proc/stat", "cpu  500 0 0 9000 0 0 0 500 0 0");

        Assert.Equal(Health.Advice, small.Finding("cores").Health);
        Assert.Equal(Health.Good, small.Finding("isolated cores").Health);
        Assert.Contains("5.0%", small.Finding("host").Found);
        Assert.Equal((Topology.Fused, "spin-then-yield"), (small.Advice().Topology, small.Advice().WaitStrategy));
        Assert.Contains("2 cores cannot spare one", small.Advice().Reason);
        Assert.Equal(Health.Good, small.Advice().Examine(Topology.Fused, "spin-then-yield").Health);
        Finding spinning = small.Advice().Examine(Topology.Staged, "busy-spin");
        Assert.Equal((Health.Advice, "\"topology\": \"fused\", \"waitStrategy\": \"spin-then-yield\""), (spinning.Health, spinning.ToDo));
    }

    [Fact]
    public void Examination_ContainerWithQuota_AdvisesASleepingStrategyAndCoresInsteadOfTime()
    {
        using MadeUpMachine container = new(cores: 16);
        container.With("proc/self/cgroup", "0::/").With("sys/fs/cgroup/cpu.max", "200000 100000").WithLimits(locked: "8388608", realtime: "0");
        container.Trials = new PlacementTrials(_ => PlacementStatus.Pinned, _ => PlacementStatus.NotPermitted);

        Assert.StartsWith("2 cores' worth of time", container.Finding("cpu quota").Found);
        Assert.Contains("--cpuset-cpus", container.Finding("cpu quota").ToDo);
        Assert.Contains("8192 kB", container.Finding("locked memory").Found);
        Assert.Contains("memlock=-1", container.Finding("locked memory").ToDo);
        Assert.Contains("limit of real-time ranks: 0", container.Finding("priority").Found);
        Assert.Contains("--cap-add SYS_NICE", container.Finding("priority").ToDo);
        Assert.Equal((Topology.Fused, "spin-then-park"), (container.Advice().Topology, container.Advice().WaitStrategy));
    }

    [Fact]
    public void Examination_SiblingsBox_NamesThemAndCountsThemOnce()
    {
        using MadeUpMachine box = new MadeUpMachine(cores: 8).WithSiblings("0,4", "1,5", "2,6", "3,7");

        Assert.Equal("4 cores show as two: 0,4, 1,5, 2,6, 3,7", box.Finding("hyper-threads").Found);
        Assert.Contains("isolcpus=2,3,6,7", box.Finding("isolated cores").ToDo);
        Assert.Equal((Topology.Fused, "spin-then-yield"), (box.Advice().Topology, box.Advice().WaitStrategy)); // eight in name, four in truth
    }

    [Theory]
    [InlineData(3, "", Topology.Fused, "spin-then-yield")]
    [InlineData(4, "", Topology.Fused, "spin-then-yield")]
    [InlineData(4, "3", Topology.Fused, "busy-spin")]
    [InlineData(5, "", Topology.Fused, "spin-then-yield")]
    [InlineData(6, "", Topology.Staged, "spin-then-yield")]
    [InlineData(6, "4-5", Topology.Fused, "busy-spin")]
    [InlineData(6, "2-5", Topology.Staged, "busy-spin")]
    [InlineData(2, "1", Topology.Fused, "spin-then-yield")]
    public void Advice_CoresAndIsolation_ChooseTogether(int cores, string isolated, Topology topology, string strategy)
    {
        using MadeUpMachine machine = new MadeUpMachine(cores).With("sys/devices/system/cpu/isolated", isolated);
        Assert.Equal((topology, strategy), (machine.Advice().Topology, machine.Advice().WaitStrategy));
    }

    [Theory]
    [InlineData("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "powersave", "frequency", "powersave", "cpupower")]
    [InlineData("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet", "clock source", "hpet", "clocksource=tsc")]
    [InlineData("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]", "huge pages", "off", "echo madvise")]
    [InlineData("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never", "huge pages", "always", "echo madvise")]
    [InlineData("proc/meminfo", "SwapTotal:  2097148 kB\nHugePages_Total: 0", "swap", "2047 MB, swappiness 60", "swapoff")]
    public void Examination_OneThingAmiss_IsAdviceWithWhatToDo(string path, string text, string subject, string found, string toDo)
    {
        using MadeUpMachine machine = IsolatedDesk().With(path, text);

        Finding finding = Assert.Single(machine.Findings(), f => f.Health != Health.Good);

        Assert.Equal((subject, Health.Advice), (finding.Subject, finding.Health));
        Assert.Contains(found, finding.Found);
        Assert.Contains(toDo, finding.ToDo);
    }

    [Theory]
    [InlineData("proc/meminfo", "SwapTotal: 0 kB\nHugePages_Total:     512", "huge pages", "512 reserved, which nothing here uses")]
    [InlineData("proc/sys/vm/swappiness", "1", "swap", "none")]
    public void Examination_NothingAmiss_TellsWhatItSaw(string path, string text, string subject, string found)
    {
        using MadeUpMachine machine = IsolatedDesk().With(path, text);
        Assert.Equal(Health.Good, machine.Finding(subject).Health);
        Assert.Contains(found, machine.Finding(subject).Found);
    }

    [Fact]
    public void Examination_LimitWithTheRightToExceedIt_IsGood()
    {
        using MadeUpMachine machine = new(cores: 4);
        machine.WithLimits(locked: "65536", realtime: "0").WithStatus("0-3", rights: "0000000000004000");
        Assert.Equal(Health.Good, machine.Finding("locked memory").Health);
    }

    [Fact]
    public void Configuration_PlacedOnIsolatedCores_IsGood()
    {
        using MadeUpMachine desk = IsolatedDesk().With("proc/sys/kernel/sched_rt_runtime_us", "-1");
        EngineSection engine = new(Topology.Staged, "busy-spin", 65536, "journal")
        {
            Threads = new ThreadsSection { Engine = new(7, SchedulingPriority.Realtime), Journal = new(6, SchedulingPriority.Normal) },
            LockMemory = true,
            HugePages = true,
        };

        List<Finding> findings = Examine(desk, engine);

        Assert.All(findings, f => Assert.Equal(Health.Good, f.Health));
        Assert.Equal(
            ["topology", "thread engine: core 7", "thread engine: priority realtime", "thread journal: core 6", "lockMemory", "hugePages"],
            findings.Select(f => f.Subject));
    }

    [Fact]
    public void Configuration_WhatWouldStopTheStart_IsBadWithTheRemedy()
    {
        using MadeUpMachine small = new(cores: 2);
        small.WithLimits(locked: "65536", realtime: "0").With("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]");
        small.Trials = new PlacementTrials(core => core < 2 ? PlacementStatus.Pinned : PlacementStatus.NoSuchCore, _ => PlacementStatus.NotPermitted);
        EngineSection engine = new(Topology.Fused, "spin-then-yield", 65536, "journal")
        {
            Threads = new ThreadsSection { Engine = new(5, SchedulingPriority.High), Journal = new(1, SchedulingPriority.Normal) },
            LockMemory = true,
            HugePages = true,
        };

        List<Finding> findings = Examine(small, engine);

        Assert.Equal(
            ["thread engine: core 5", "thread engine: priority high", "lockMemory", "hugePages"],
            findings.Where(f => f.Health == Health.Bad).Select(f => f.Subject));
        Assert.All(findings, f => Assert.Equal(f.Health == Health.Good, f.ToDo.Length == 0));
        Assert.Contains("name no core", Assert.Single(findings, f => f.Subject == "thread journal: core 1").ToDo);
    }

    [Fact]
    public void Configuration_TwoHotThreadsOnOneCoresHalves_IsAdvice()
    {
        using MadeUpMachine box = IsolatedDesk().WithSiblings("0,4", "1,5", "2,6", "3,7");
        EngineSection engine = new(Topology.Fused, "busy-spin", 65536, "journal")
        {
            Threads = new ThreadsSection { Engine = new(7, SchedulingPriority.Normal), Journal = new(3, SchedulingPriority.Normal) },
        };
        Finding shared = Assert.Single(Examine(box, engine), f => f.Subject == "thread engine: core 7");
        Assert.Equal((Health.Advice, "shares its execution units with core 3, where journal runs"), (shared.Health, shared.Found));
    }

    [Fact]
    public void Configuration_RealtimeThatTheKernelStops_IsAdvice()
    {
        using MadeUpMachine desk = IsolatedDesk();
        EngineSection engine = new(Topology.Staged, "busy-spin", 65536, "journal")
        {
            Threads = new ThreadsSection { Engine = new(7, SchedulingPriority.Realtime) },
        };
        Finding priority = Assert.Single(Examine(desk, engine), f => f.Subject.EndsWith("realtime", StringComparison.Ordinal));
        Assert.Equal(Health.Advice, priority.Health);
        Assert.Contains("50 ms", priority.Found);
    }

    [Fact]
    public void ExamineMachine_ThisMachine_TellsOfEverySubjectOnce()
    {
        List<Finding> findings = Doctor.ExamineMachine();
        Assert.Equal(findings.Count, findings.DistinctBy(f => f.Subject).Count());
        string[] always = ["cores", "pinning", "priority", "topology", "runtime", "path search", "signer"];
        Assert.Empty(always.Except(findings.Select(f => f.Subject)));
        Assert.All(findings, f => Assert.True(f.Health != Health.Unknown && f.Found.Length > 0 && (f.Health == Health.Good) == (f.ToDo.Length == 0)));
    }

    [Fact]
    public void Signer_OlderLibrary_IsAdviceWithTheRemedy()
    {
        Assert.Equal((Health.Good, ""), (SignerFinding.Of(signsByComb: true).Health, SignerFinding.Of(signsByComb: true).ToDo));
        Finding old = SignerFinding.Of(signsByComb: false);
        Assert.Equal(Health.Advice, old.Health);
        Assert.Contains("--with-ecmult-gen-kb=86", old.ToDo);
        Assert.Contains("beside the program", old.ToDo);
    }

    private static List<Finding> Examine(MadeUpMachine machine, EngineSection engine) =>
        [.. MachineExamination.OfConfiguration(machine.Facts(), machine.Trials, engine)];

    private static MadeUpMachine IsolatedDesk()
    {
        MadeUpMachine desk = new MadeUpMachine(cores: 8).WithStatus("0-3", rights: "0").With("sys/devices/system/cpu/isolated", "4-7");
        desk.With("proc/cmdline", "BOOT_IMAGE=/vmlinuz ro isolcpus=managed_irq,domain,4-7 nohz_full=4-7 rcu_nocbs=4-7");
        for (int core = 0; core < 8; core++)
            desk.With($"sys/devices/system/cpu/cpu{core}/cpufreq/scaling_governor", "performance");
        return desk;
    }
}
