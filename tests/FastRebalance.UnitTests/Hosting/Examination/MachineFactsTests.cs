using FastRebalance.Hosting.Examination;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Hosting.Examination;

public sealed class MachineFactsTests
{
    [Theory]
    [InlineData("", new int[0])]
    [InlineData("0", new[] { 0 })]
    [InlineData("0-2,5,7-8", new[] { 0, 1, 2, 5, 7, 8 })]
    [InlineData("managed_irq,domain,2-3", new[] { 2, 3 })]
    public void ToCores_List_IsRead(string text, int[] cores) => Assert.Equal(cores, SystemFiles.ToCores(text));

    [Fact]
    public void Read_NothingThere_KnowsTheCoresAtLeast()
    {
        string empty = Directory.CreateTempSubdirectory("fastrebalance-machine-").FullName;
        MachineFacts facts = MachineFacts.Read(empty);
        Directory.Delete(empty);
        Assert.NotEmpty(facts.Usable);
        Assert.Null(facts.Quota);
        Assert.Null(facts.LockLimit);
    }

    [Fact]
    public void Read_ThisMachine_AllowsTheCoresOfItsThreads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the files are Linux's");
        Assert.Equal(ThreadPlacement.Cores(), MachineFacts.Read().Allowed);
    }

    [Theory]
    [InlineData("sys/fs/cgroup/user.slice/user-1000.slice/cpu.max", "150000 100000", 1.5)]
    [InlineData("sys/fs/cgroup/user.slice/cpu.max", "150000 100000", 1.5)]
    [InlineData("sys/fs/cgroup/cpu.max", "150000 100000", 1.5)]
    [InlineData("sys/fs/cgroup/cpu.max", "max 100000", null)]
    [InlineData("sys/fs/cgroup/other.slice/cpu.max", "150000 100000", null)]
    public void Read_QuotaOfOwnGroupOrOneAbove_Counts(string path, string text, double? quota)
    {
        using MadeUpMachine machine = new(cores: 4);
        Assert.Equal(quota, machine.With(path, text).Facts().Quota);
    }

    [Theory]
    [InlineData("200000", 2.0)]
    [InlineData("-1", null)]
    public void Read_QuotaInTheOlderLayout_Counts(string quota, double? cores)
    {
        using MadeUpMachine machine = new(cores: 4);
        machine.With("proc/self/cgroup", "5:cpuset:/\n4:cpu,cpuacct:/docker/12ab\n0::/");
        machine.With("sys/fs/cgroup/cpu/docker/12ab/cpu.cfs_quota_us", quota).With("sys/fs/cgroup/cpu/docker/12ab/cpu.cfs_period_us", "100000");
        Assert.Equal(cores, machine.Facts().Quota);
    }

    [Fact]
    public void Read_SeveralQuotas_TheTightestCounts()
    {
        using MadeUpMachine machine = new(cores: 8);
        machine.With("sys/fs/cgroup/user.slice/user-1000.slice/cpu.max", "400000 100000").With("sys/fs/cgroup/user.slice/cpu.max", "300000 100000");
        Assert.Equal(3, machine.Facts().Quota);
    }

    [Fact]
    public void Usable_IsolatedCoreOutsideTheCpuset_IsNot()
    {
        using MadeUpMachine machine = new(cores: 8);
        machine.WithStatus("0-3", rights: "0").With("sys/devices/system/cpu/isolated", "6-7");
        Assert.Equal([0, 1, 2, 3, 6, 7], machine.Facts().Usable);
        machine.With("sys/fs/cgroup/user.slice/user-1000.slice/cpuset.cpus.effective", "0-3,6");
        Assert.Equal([0, 1, 2, 3, 6], machine.Facts().Usable);
    }

    [Fact]
    public void Room_SiblingsAndQuota_CountForLess()
    {
        using MadeUpMachine machine = new(cores: 8);
        Assert.Equal(8, machine.Facts().Room);
        machine.WithSiblings("0,4", "1,5", "2,6", "3,7");
        Assert.Equal(4, machine.Facts().Room);
        machine.WithStatus("0-5", rights: "0");
        Assert.Equal(4, machine.Facts().Room); // two whole cores, and two halves that are alone
        machine.With("sys/fs/cgroup/cpu.max", "250000 100000");
        Assert.Equal(2.5, machine.Facts().Room);
    }

    [Theory]
    [InlineData("cpu  900 0 100 8900 0 0 0 100 0 0", 0.01)]
    [InlineData("cpu  900 0 100", 0)]
    [InlineData("", 0)]
    public void Read_TimeGoneToOthers_IsAShare(string line, double share)
    {
        using MadeUpMachine machine = new(cores: 2);
        Assert.Equal(share, machine.With("proc/stat", line).Facts().Stolen, 6);
    }
}
