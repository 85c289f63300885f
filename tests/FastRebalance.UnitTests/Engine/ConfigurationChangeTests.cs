using System.Runtime.InteropServices;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Triggers;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Engine;

/// <summary>Another policy at an event: from that very event on, and with everything that is the market's as it was.</summary>
public sealed class ConfigurationChangeTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void OnEvent_NarrowerBand_OrdersAtThatVeryEvent()
    {
        PoolBench bench = new PoolBench().AtTarget();
        bench.Tick(PoolBench.Weth, 2530); // 30 bps: inside 100
        bench.Pipeline.Flush();
        Assert.Equal(DecisionVerdict.InsideBand, bench.LastDecision.Decision.Verdict);

        bench.Configure(1, WithBand(bench.Policy, 20));

        Assert.Equal(DecisionVerdict.Order, bench.LastDecision.Decision.Verdict);
        Assert.Equal(bench.Sent[^1].Sequence, bench.LastDecision.InputSequence);
        Assert.Equal(1u, bench.Pipeline.Market.Generation);
    }

    [Fact]
    public void OnEvent_OtherWeights_AimsAtThem()
    {
        PoolBench bench = new PoolBench().AtTarget();

        bench.Configure(1, bench.Policy with
        {
            Target = new FastRebalance.Engine.Targets.FixedWeightsTarget(new() { Weights = new() { ["WETH"] = 0.4, ["WBTC"] = 0.2, ["USDC"] = 0.4 } }, EngineBench.Symbols),
        });

        Assert.Equal(DecisionVerdict.Order, bench.LastDecision.Decision.Verdict);
        Assert.All(bench.LastLegs, static leg => Assert.Equal(PoolBench.Weth, leg.Sell));
    }

    // Prices that stayed inside the fence of the wide band are asked about anew.
    [Fact]
    public void OnEvent_FenceStands_FallsAndIsDrawnByTheNewBand()
    {
        PoolBench bench = new PoolBench().AtTarget();
        bench.Tick(PoolBench.Weth, 2501);
        long fenced = bench.Pipeline.Evaluation.FencedPasses;
        bench.Tick(PoolBench.Weth, 2502);
        Assert.Equal(fenced + 1, bench.Pipeline.Evaluation.FencedPasses);

        bench.Configure(1, WithBand(bench.Policy, 300));

        Assert.Equal(fenced + 1, bench.Pipeline.Evaluation.FencedPasses);
        bench.Tick(PoolBench.Weth, 2600); // outside the old fence and inside the new one
        Assert.Equal(fenced + 2, bench.Pipeline.Evaluation.FencedPasses);
    }

    [Fact]
    public void OnEvent_PassLikeTheOneBefore_IsToldWhole()
    {
        PoolBench bench = new PoolBench().AtTarget();
        bench.Tick(PoolBench.Weth, 2501);
        int told = bench.Published.Count(static e => e.Kind == OrderEventKind.Decision);

        bench.Configure(1, WithBand(bench.Policy, 90));

        Assert.Equal(told + 1, bench.Published.Count(static e => e.Kind == OrderEventKind.Decision));
        Assert.Equal(DecisionVerdict.InsideBand, bench.LastDecision.Decision.Verdict);
    }

    [Fact]
    public void OnEvent_OrderUnderWay_StaysUnderWayAndItsCoolDownCounts()
    {
        PoolBench bench = new(static policy => policy with { RiskChecks = [new KillSwitchCheck(), new CoolDownCheck(TimeSpan.FromHours(1))] });
        bench.Started();
        ulong order = bench.LastDecision.OrderId;
        Assert.NotEqual(0ul, order);

        bench.Configure(1, WithBand(bench.Policy, 10));

        Assert.Equal(order, bench.Pipeline.Market.Orders.InFlightOrder);
        Assert.Equal(DecisionVerdict.InFlight, bench.LastDecision.Decision.Verdict);
        bench.Report(new OrderReport { OrderId = order, Status = SubmitStatus.Dropped });
        bench.EndBlock();
        Assert.Equal((DecisionVerdict.Refused, RiskVerdict.CoolDown), (bench.LastDecision.Decision.Verdict, bench.LastDecision.Decision.Risk));
    }

    [Fact]
    public void OnEvent_GasSpentToday_CountsAgainstTheNewBudget()
    {
        PoolBench bench = new PoolBench();
        bench.Started();
        bench.Report(new OrderReport { OrderId = bench.LastDecision.OrderId, Status = SubmitStatus.Reverted, GasUsed = 1_000_000, EffectiveGasPriceWei = 10_000_000_000, IncludedBlock = 101 });
        bench.EndBlock();
        double spent = bench.Pipeline.Market.GasSpentToday;
        Assert.True(spent > 20);
        bench.Report(new OrderReport { OrderId = bench.LastDecision.OrderId, Status = SubmitStatus.Dropped });
        bench.EndBlock();
        bench.Report(new OrderReport { OrderId = bench.LastDecision.OrderId, Status = SubmitStatus.Dropped });

        bench.Configure(1, bench.Policy with { RiskChecks = [new GasBudgetCheck(spent / 2)] });
        bench.EndBlock();

        Assert.Equal(spent, bench.Pipeline.Market.GasSpentToday);
        Assert.Equal(RiskVerdict.GasBudget, bench.LastDecision.Decision.Risk);
    }

    [Fact]
    public void OnEvent_DrawdownWasSeen_NewLimitKnowsThePeakOfBefore()
    {
        PoolBench bench = new(static policy => policy with { RiskChecks = [new DrawdownCheck(new Bps(9_000))] });
        bench.AtTarget();
        double peak = bench.Pipeline.LastCycle.HighWater.PeakNumeraire;
        Assert.True(peak > 0);
        bench.Tick(PoolBench.Weth, 1250);
        double worst = bench.Pipeline.LastCycle.HighWater.WorstDrawdown;

        bench.Configure(1, bench.Policy with { RiskChecks = [new KillSwitchCheck()] });
        bench.Configure(2, bench.Policy with { RiskChecks = [new DrawdownCheck(new Bps(500))] });

        Assert.Equal((peak, worst), (bench.Pipeline.LastCycle.HighWater.PeakNumeraire, bench.Pipeline.LastCycle.HighWater.WorstDrawdown));
        Assert.True(worst > 0.05);
    }

    [Fact]
    public void OnEvent_Paused_StaysPaused()
    {
        PoolBench bench = new PoolBench().AtTarget();
        bench.Operator(OperatorCommand.Pause);
        bench.EndBlock();

        bench.Configure(1, WithBand(bench.Policy, 1));
        bench.Tick(PoolBench.Weth, 2600);

        Assert.True(bench.Pipeline.Market.IsPaused);
        Assert.Equal(RiskVerdict.KillSwitch, bench.LastDecision.Decision.Risk);
    }

    [Fact]
    public void OnEvent_PolicyWasNotLaid_StopsTheEngine()
    {
        PoolBench bench = new PoolBench().AtTarget();
        MarketEvent e = new() { Kind = MarketEventKind.Configuration, Configuration = new ConfigurationChange { Generation = 3 } };

        Assert.Contains("configuration 3", Assert.Throws<InvalidOperationException>(() => bench.Pipeline.OnEvent(in e, 99, true)).Message);
    }

    [Fact]
    public void OnEvent_ChangeAndWhatFollows_AllocatesNothing()
    {
        PoolBench bench = new PoolBench().AtTarget();
        bench.Records = false;
        long least = long.MaxValue;
        for (uint generation = 1; generation <= 8; generation++)
        {
            MarketEvent e = new() { Kind = MarketEventKind.Configuration, Configuration = new ConfigurationChange { Generation = generation } };
            bench.Shelf.Lay(in e.Configuration, new ReadyPolicy(WithBand(bench.Policy, 100 + generation)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            bench.Pipeline.OnEvent(in e, 1_000 + generation, endOfBatch: true);
            for (int tick = 0; tick < 100; tick++)
                bench.Tick(PoolBench.Weth, 2500 + (tick % 7));
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(8u, bench.Pipeline.Market.Generation);
    }

    [Fact]
    public void OnEvent_Staged_DecidesWhatFusedDoes()
    {
        PoolBench fused = Walked(new PoolBench());
        fused.Pipeline.Flush();
        PoolBench other = new();
        using StagedPipeline staged = new(other.Pipeline, WaitStrategy.ByName("blocking"));
        staged.Start();

        foreach ((MarketEvent e, long sequence, bool endOfBatch) in fused.Sent)
        {
            if (e.Kind == MarketEventKind.Configuration)
                other.Shelf.Lay(in e.Configuration, new ReadyPolicy(WithBand(other.Policy, BandOf(e.Configuration.Generation))));
            staged.OnEvent(in e, sequence, endOfBatch);
        }
        staged.Flush();

        Assert.True(staged.DrainAndStop(s_patience));
        Assert.Null(staged.Fault);
        Assert.True(fused.Published.Count(static e => e.Decision.Verdict == DecisionVerdict.Order && e.Kind == OrderEventKind.Decision) > 3);
        Assert.True(Bytes(fused).SequenceEqual(Bytes(other)));
    }

    private static PoolBench Walked(PoolBench bench)
    {
        bench.AtTarget();
        for (int i = 0; i < 200; i++)
        {
            if (i % 40 == 20)
                bench.Configure((uint)(i / 40) + 1, WithBand(bench.Policy, BandOf((uint)(i / 40) + 1)));
            bench.Tick(PoolBench.Weth, 2500 + (150 * Math.Sin(i / 9.0)));
            if (i % 10 != 9)
                continue;
            bench.Report(new OrderReport { OrderId = bench.Pipeline.Market.Orders.InFlightOrder, Status = SubmitStatus.Dropped });
            bench.EndBlock();
        }
        return bench;
    }

    private static double BandOf(uint generation) => generation % 2 == 0 ? 150 : 20;

    private static PortfolioPolicy WithBand(PortfolioPolicy policy, double bps) =>
        policy with { Triggers = [new DriftBandTrigger(new() { AbsoluteBps = bps })] };

    private static ReadOnlySpan<byte> Bytes(PoolBench bench) => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(bench.Published));
}
