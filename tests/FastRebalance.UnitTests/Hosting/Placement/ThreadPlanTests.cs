using FastRebalance.Configuration;
using FastRebalance.Hosting.Placement;
using FastRebalance.Native.Machine;
using FastRebalance.UnitTests.Native.Machine;

namespace FastRebalance.UnitTests.Hosting.Placement;

public sealed class ThreadPlanTests
{
    [Fact]
    public void For_ThreadOfWhichNothingWasAsked_IsNothing()
    {
        ThreadPlan plan = new(Engine(new ThreadsSection { Engine = new(0, SchedulingPriority.Normal), Orders = new(null, SchedulingPriority.Normal) }));
        Assert.NotNull(plan.For("engine"));
        Assert.Null(plan.For("orders"));
        Assert.Null(plan.For("journal-inbound"));
    }

    [Fact]
    public void For_PinnedThread_RunsThereAndIsReported()
    {
        int core = LastCore();
        ThreadPlan plan = new(Engine(new ThreadsSection { Journal = new(core, SchedulingPriority.Normal) }));
        plan.Require();
        Assert.Empty(plan.Results);

        foreach (string journal in (string[])["journal-inbound", "journal-orders"])
            ScratchThread.Run(() =>
            {
                plan.For(journal)!();
                Assert.Equal(core, ThreadPlacement.CurrentCore());
            });

        Assert.Equal([new("journal-inbound", core, SchedulingPriority.Normal), new("journal-orders", core, SchedulingPriority.Normal)], plan.Results);
    }

    [Fact]
    public void For_RaisedThread_IsReportedAsTheSystemHoldsIt()
    {
        PlacementStatus may = PlacementTrials.Real.SetPriority(SchedulingPriority.High);
        Assert.SkipUnless(may == PlacementStatus.PrioritySet, ThreadPlacement.Remedy(may, SchedulingPriority.High));
        ThreadPlan plan = new(Engine(new ThreadsSection { Orders = new(null, SchedulingPriority.High) }));
        plan.Require();
        ScratchThread.Run(() => plan.For("orders")!());
        Assert.Equal(SchedulingPriority.High, Assert.Single(plan.Results).Priority);
    }

    [Fact]
    public void Require_TrialsOnThisThread_LeaveItAsItWas()
    {
        int[] before = ThreadPlacement.Cores();
        new ThreadPlan(Engine(new ThreadsSection { Engine = new(LastCore(), SchedulingPriority.Normal) })).Require();
        Assert.Equal(before, ThreadPlacement.Cores());
    }

    [Fact]
    public void Require_CoreThatTheMachineLacks_RefusesTheStart()
    {
        LastCore();
        ThreadPlan plan = new(Engine(new ThreadsSection { Engine = new(8191, SchedulingPriority.Normal) }));
        ConfigProblem problem = Assert.Single(Assert.Throws<ConfigException>(plan.Require).Problems);
        Assert.Equal("engine.threads.engine.core", problem.Path);
        Assert.Equal("there is no core 8191 on this machine", problem.Found);
        Assert.StartsWith("name one of 0", problem.Wanted);
    }

    [Fact]
    public void Require_NothingPermitted_TellsEachWithItsRemedy()
    {
        PlacementTrials refusing = new(_ => PlacementStatus.CoreNotAllowed, _ => PlacementStatus.NotPermitted);
        ThreadPlan plan = new(
            Engine(new ThreadsSection { Engine = new(1, SchedulingPriority.Realtime), Orders = new(null, SchedulingPriority.High) }), refusing);

        IReadOnlyList<ConfigProblem> problems = Assert.Throws<ConfigException>(plan.Require).Problems;

        Assert.Equal(
            ["engine.threads.engine.core", "engine.threads.engine.priority", "engine.threads.orders.priority"], problems.Select(p => p.Path));
        Assert.Contains("cpuset", problems[0].Found);
        Assert.Contains("SYS_NICE", problems[1].Wanted);
        Assert.NotEqual(problems[1].Wanted, problems[2].Wanted);
    }

    [Fact]
    public void For_MachineThatRefusesAfterAll_Throws() => ScratchThread.Run(() =>
    {
        ThreadPlan plan = new(Engine(new ThreadsSection { Engine = new(8191, SchedulingPriority.Normal) }));
        Assert.Contains("engine", Assert.Throws<InvalidOperationException>(plan.For("engine")!).Message);
        Assert.Empty(plan.Results);
    });

    private static int LastCore()
    {
        int[] cores = ThreadPlacement.Cores();
        Assert.SkipWhen(cores.Length == 0, "the cores of this thread cannot be asked here");
        PlacementStatus status = PlacementTrials.Real.Pin(cores[^1]);
        Assert.SkipUnless(status == PlacementStatus.Pinned, ThreadPlacement.Remedy(status, cores[^1]));
        return cores[^1];
    }

    private static EngineSection Engine(ThreadsSection threads) => new(Topology.Fused, "blocking", 64, "journal") { Threads = threads };
}
