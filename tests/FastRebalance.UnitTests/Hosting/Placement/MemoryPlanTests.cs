using FastRebalance.Configuration;
using FastRebalance.Hosting.Placement;
using FastRebalance.Messaging;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Hosting.Placement;

[Collection("locked memory")] // a lock of the process is everybody's
public sealed class MemoryPlanTests
{
    private static readonly EngineSection s_nothing = new(Topology.Fused, "blocking", 64, "journal");

    [Fact]
    public void Plan_NothingAsked_DoesNothing()
    {
        MemoryPlan plan = new(s_nothing);
        plan.UseHugePages("inbound", Ring(64));
        plan.LockProcess();
        Assert.Empty(plan.Results);
    }

    [Fact]
    public void UseHugePages_LargeRing_SaysHowMuchOfItIsHuge()
    {
        RingBuffer<long> ring = Ring(1 << 20);
        for (long i = 0; i < ring.Size; i++)
            ring[i] = i;
        MemoryStatus may = MemoryPlacement.TryUseHugePages<byte>(GC.AllocateArray<byte>((int)(2 * MemoryPlacement.HugePageBytes), pinned: true));
        Assert.SkipUnless(may == MemoryStatus.Advised, MemoryPlacement.Remedy(may));
        MemoryPlan plan = new(s_nothing with { HugePages = true });

        plan.UseHugePages("inbound", ring);

        MemoryResult result = Assert.Single(plan.Results);
        Assert.Equal(("inbound", MemoryStatus.Advised), (result.What, result.Status));
        Assert.InRange(result.HugeBytes, 0, ring.Size * sizeof(long));
        for (long i = 0; i < ring.Size; i++)
            Assert.Equal(i, ring[i]);
    }

    [Fact]
    public void UseHugePages_RingSmallerThanAPage_IsRefusedWithTheRemedy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "huge pages are asked for on Linux only");
        MemoryPlan plan = new(s_nothing with { HugePages = true });
        ConfigProblem problem = Assert.Single(Assert.Throws<ConfigException>(() => plan.UseHugePages("inbound", Ring(64))).Problems);
        Assert.Equal("engine.hugePages", problem.Path);
        Assert.Contains("larger ring", problem.Wanted);
    }

    [Fact]
    public void LockProcess_Asked_LocksOrTellsWhatAllowsIt()
    {
        MemoryPlan plan = new(s_nothing with { LockMemory = true });
        MemoryStatus may = MemoryPlacement.TryLockProcess();
        MemoryPlacement.TryUnlockProcess();
        if (may == MemoryStatus.Locked)
        {
            plan.LockProcess();
            MemoryPlacement.TryUnlockProcess();
            Assert.Equal(new MemoryResult("process", MemoryStatus.Locked, 0), Assert.Single(plan.Results));
        }
        else
        {
            ConfigProblem problem = Assert.Single(Assert.Throws<ConfigException>(plan.LockProcess).Problems);
            Assert.Equal(("engine.lockMemory", MemoryPlacement.Remedy(may)), (problem.Path, problem.Wanted));
        }
    }

    private static RingBuffer<long> Ring(int size) => RingBuffer<long>.CreateSingleProducer(size, WaitStrategy.ByName("blocking"));
}
