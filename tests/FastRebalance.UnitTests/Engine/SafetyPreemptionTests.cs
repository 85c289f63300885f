using System.Runtime.InteropServices;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Engine;

/// <summary>
/// Safety with a sender of its own, over the two tiers of <see cref="SafetyTierTests"/>: the desk is 3 % over its weight in WETH and an economic
/// order sells that; then it is further off while the order is still under way.
/// </summary>
public class SafetyPreemptionTests
{
    private readonly PoolBench _bench = new(SafetyTierTests.TwoTiers, safetyPreempts: true);
    private readonly ulong _economic;
    private readonly OrderLeg[] _economicLegs;

    public SafetyPreemptionTests()
    {
        _economic = EconomicUnderWay(_bench);
        _economicLegs = _bench.LastLegs;
    }

    private OrderTracker Orders => _bench.Pipeline.Market.Orders;

    [Fact]
    public void Decide_SafetyFiresWhileEconomyIsUnderWay_OrdersAtOnce()
    {
        HoldAdrift(_bench, 0.15);

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), Last());
        Assert.NotEqual(_economic, _bench.LastDecision.OrderId);
        Assert.Equal(_bench.LastDecision.OrderId, Orders.InFlightOrder);
    }

    [Fact]
    public void Decide_SafetyHasNoSenderOfItsOwn_Waits()
    {
        PoolBench alone = new(SafetyTierTests.TwoTiers);
        EconomicUnderWay(alone);

        HoldAdrift(alone, 0.15);

        Assert.Equal((DecisionVerdict.InFlight, PolicyTier.Safety), (alone.LastDecision.Decision.Verdict, alone.LastDecision.Decision.Tier));
    }

    [Fact]
    public void Decide_EconomysOrderWouldCureIt_SafetyGoesByWhatIsHeld()
    {
        HoldAdrift(_bench, 0.12); // 9 % with the order counted in

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), Last());
        Assert.InRange(_bench.LastDecision.Decision.MaxDrift, 0.1199, 0.1201);
        // Whichever is mined first, both together leave as much as safety alone meant to.
        OrderLeg leg = _bench.LastLegs[0];
        Assert.Equal(_bench.Pipeline.Market.Holdings[leg.Sell.Index] - leg.AmountIn, leg.KeepBalance);
    }

    [Fact]
    public void Decide_OnlyEconomyFires_WaitsAndIsToldWithTheOrderCountedIn()
    {
        HoldAdrift(_bench, 0.08);

        Assert.Equal((DecisionVerdict.InFlight, PolicyTier.Economic), Last());
        Assert.InRange(_bench.LastDecision.Decision.MaxDrift, 0.049, 0.052);
    }

    [Fact]
    public void Decide_SafetyRefused_TheNextPassCountsTheOrderInAgain()
    {
        _bench.Operator(OperatorCommand.Kill);
        HoldAdrift(_bench, 0.15);
        Assert.Equal((DecisionVerdict.Refused, PolicyTier.Safety), Last());

        HoldAdrift(_bench, 0.08);

        Assert.Equal((DecisionVerdict.InFlight, PolicyTier.Economic), Last());
        Assert.InRange(_bench.LastDecision.Decision.MaxDrift, 0.049, 0.052);
    }

    [Theory]
    [InlineData(0.08, PolicyTier.Economic)]
    [InlineData(0.20, PolicyTier.Safety)]
    public void Decide_SafetyIsUnderWay_NeitherTierGoesBeforeIt(double adrift, PolicyTier tier)
    {
        HoldAdrift(_bench, 0.15);
        ulong safety = _bench.LastDecision.OrderId;
        _bench.Wait(TimeSpan.FromHours(2));

        HoldAdrift(_bench, adrift);

        Assert.Equal((DecisionVerdict.InFlight, tier), Last());
        Assert.Equal(safety, Orders.InFlightOrder);
    }

    [Fact]
    public void Decide_EconomysOrderIsMinedAndNotYetSeen_SafetyWaitsForThatBlock()
    {
        Report(_economic, SubmitStatus.Included, _bench.Height + 2);
        HoldAdrift(_bench, 0.15);
        Assert.Equal((DecisionVerdict.InFlight, PolicyTier.Safety), Last());

        HoldAdrift(_bench, 0.15);

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), Last());
    }

    [Theory]
    [InlineData(SubmitStatus.Dropped)]
    [InlineData(SubmitStatus.NotSent)]
    [InlineData(SubmitStatus.Included)]
    [InlineData(SubmitStatus.Reverted)]
    public void Decide_LateWordOfTheOlderOrder_DoesNotEndSafetys(SubmitStatus status)
    {
        HoldAdrift(_bench, 0.15);
        ulong safety = _bench.LastDecision.OrderId;
        _bench.Wait(TimeSpan.FromHours(2));

        Report(_economic, status, _bench.Height + 1);
        HoldAdrift(_bench, 0.20);

        Assert.Equal((DecisionVerdict.InFlight, PolicyTier.Safety), Last());
        Assert.Equal(safety, Orders.InFlightOrder);
    }

    [Fact]
    public void Decide_SafetySettledAndTheOlderOrderOut_OnlySafetyGoesOn()
    {
        HoldAdrift(_bench, 0.15);
        Report(_bench.LastDecision.OrderId, SubmitStatus.Dropped);
        _bench.Wait(TimeSpan.FromHours(2));
        HoldAdrift(_bench, 0.05);
        Assert.Equal((DecisionVerdict.InFlight, PolicyTier.Economic), Last());

        HoldAdrift(_bench, 0.15);
        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), Last());
        Report(_bench.LastDecision.OrderId, SubmitStatus.Dropped);
        Report(_economic, SubmitStatus.Dropped);
        _bench.Wait(TimeSpan.FromHours(2));
        HoldAdrift(_bench, 0.05);

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Economic), Last());
    }

    [Fact]
    public void Decide_TheOlderOrderMinedInALaterBlock_NothingIsSizedBeforeThatIsSeen()
    {
        HoldAdrift(_bench, 0.15);
        Report(_bench.LastDecision.OrderId, SubmitStatus.Dropped);
        Report(_economic, SubmitStatus.Included, _bench.Height + 2);
        _bench.Wait(TimeSpan.FromHours(2));

        HoldAdrift(_bench, 0.15);
        Assert.Equal((DecisionVerdict.InFlight, PolicyTier.Safety), Last());
        HoldAdrift(_bench, 0.15);
        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), Last());
    }

    [Fact]
    public void Apply_FillsOfBothOrders_AreBothCounted()
    {
        HoldAdrift(_bench, 0.15);
        OrderLeg[] safetyLegs = _bench.LastLegs;
        ulong safety = _bench.LastDecision.OrderId;
        TradeLedger ledger = _bench.Pipeline.Market.Ledger;

        _bench.Fill(_economic, 0, _economicLegs[0].AmountIn, _economicLegs[0].ExpectedOut);
        _bench.EndBlock();
        double economic = (double)_economicLegs[0].AmountIn / 1e18 * 2500;
        Assert.Equal(economic, ledger.TurnoverTodayNumeraire, 3);
        _bench.Fill(safety, 0, safetyLegs[0].AmountIn, safetyLegs[0].ExpectedOut);
        _bench.EndBlock();

        Assert.Equal(economic + ((double)safetyLegs[0].AmountIn / 1e18 * 2500), ledger.TurnoverTodayNumeraire, 3);
        Assert.Equal(2, ledger.Trades);
    }

    [Fact]
    public void OnReport_TheOlderOrderReorged_HoldsUpEconomyAlone()
    {
        HoldAdrift(_bench, 0.15);
        Report(_bench.LastDecision.OrderId, SubmitStatus.Dropped);
        Report(_economic, SubmitStatus.Included, _bench.Height + 1);
        _bench.EndBlock();
        Assert.False(Orders.Blocks(PolicyTier.Economic));

        Report(_economic, SubmitStatus.Reorged);
        _bench.EndBlock();

        Assert.True(Orders.Blocks(PolicyTier.Economic));
        Assert.False(Orders.Blocks(PolicyTier.Safety));
    }

    [Fact]
    public void Decide_TheSameEventsAgain_TheSameBytes()
    {
        HoldAdrift(_bench, 0.12);
        Report(_economic, SubmitStatus.Included, _bench.Height + 1);
        HoldAdrift(_bench, 0.08);
        for (int i = 0; i < 20; i++)
            _bench.Tick(PoolBench.Weth, 2500 + (10 * i));
        _bench.Pipeline.Flush();

        PoolBench again = Again(_bench, safetyPreempts: true);
        PoolBench other = Again(_bench, safetyPreempts: false);

        Assert.True(Bytes(_bench).SequenceEqual(Bytes(again)));
        Assert.False(Bytes(_bench).SequenceEqual(Bytes(other)));
    }

    [Fact]
    public void OnEvent_StagesOnThreadsOfTheirOwn_DecideAsFusedDo()
    {
        HoldAdrift(_bench, 0.12);
        HoldAdrift(_bench, 0.08);
        Report(_economic, SubmitStatus.Dropped);
        HoldAdrift(_bench, 0.15);
        _bench.Pipeline.Flush();
        PoolBench other = new(SafetyTierTests.TwoTiers, safetyPreempts: true);
        using StagedPipeline staged = new(other.Pipeline, WaitStrategy.ByName("blocking"));
        staged.Start();

        foreach ((MarketEvent e, long sequence, bool endOfBatch) in _bench.Sent)
            staged.OnEvent(in e, sequence, endOfBatch);
        staged.Flush();

        Assert.True(staged.DrainAndStop(TimeSpan.FromMinutes(2)));
        Assert.True(Bytes(_bench).SequenceEqual(Bytes(other)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ResolvedSetup_ThereAndBack_KeepsWhetherSafetyPreempts(bool preempts)
    {
        ResolvedSetup setup = new()
        {
            ChainId = 1, Epoch = 1, Account = "", Router = "", Numeraire = "USDC", Native = "WETH", Pools = [], SafetyPreempts = preempts,
            Assets =
            [
                new ResolvedAsset("USDC", "0x00000000000000000000000000000000000000a1", 6),
                new ResolvedAsset("WETH", "0x00000000000000000000000000000000000000a2", 18),
            ],
        };

        Assert.Equal(preempts, ResolvedSetup.FromJson(setup.ToJson()).ToEngineSetup().SafetyPreempts);
    }

    private static ulong EconomicUnderWay(PoolBench bench)
    {
        bench.AtTarget();
        bench.Wait(TimeSpan.FromHours(2));
        HoldAdrift(bench, 0.03);
        Assert.Equal((DecisionVerdict.Order, PolicyTier.Economic), (bench.LastDecision.Decision.Verdict, bench.LastDecision.Decision.Tier));
        return bench.LastDecision.OrderId;
    }

    private static void HoldAdrift(PoolBench bench, double weight)
    {
        bench.Hold(PoolBench.Weth, 120 + (weight * 240));
        bench.Hold(PoolBench.Usdc, 180_000 - (weight * 600_000));
        bench.EndBlock();
    }

    private static PoolBench Again(PoolBench recorded, bool safetyPreempts)
    {
        PoolBench again = new(SafetyTierTests.TwoTiers, safetyPreempts);
        foreach ((MarketEvent e, long sequence, bool endOfBatch) in recorded.Sent)
            again.Pipeline.OnEvent(in e, sequence, endOfBatch);
        again.Pipeline.Flush();
        return again;
    }

    private static ReadOnlySpan<byte> Bytes(PoolBench bench) => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(bench.Published));

    private void Report(ulong order, SubmitStatus status, ulong block = 0) =>
        _bench.Report(new OrderReport { OrderId = order, Status = status, IncludedBlock = block });

    private (DecisionVerdict Verdict, PolicyTier Tier) Last() => (_bench.LastDecision.Decision.Verdict, _bench.LastDecision.Decision.Tier);
}
