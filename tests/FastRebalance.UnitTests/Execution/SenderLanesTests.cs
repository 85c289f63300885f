using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Execution.Presigning;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Execution;

public sealed class SenderLanesTests
{
    private readonly List<string> _told = [];
    private readonly RingBuffer<OrderEvent> _ring = RingBuffer<OrderEvent>.CreateSingleProducer(16, WaitStrategy.ByName("blocking"));
    private readonly SenderLanes _lanes;

    public SenderLanesTests() => _lanes = new SenderLanes(
        order => _told.Add($"economic {order.Id}"), order => _told.Add($"safety {order.Id}"), reason => _told.Add($"preempt: {reason}"));

    [Theory]
    [InlineData(PolicyTier.Economic)]
    [InlineData(PolicyTier.None)]
    public void OnBatch_NoSafetyOrder_GoesToTheAccount(PolicyTier tier)
    {
        Put(5, tier);

        Assert.Equal(["economic 5"], _told);
    }

    [Fact]
    public void OnBatch_SafetyOrder_GoesItsOwnWayAndEconomyGivesUp()
    {
        Put(5, PolicyTier.Economic);
        Put(6, PolicyTier.Safety);

        Assert.Equal(["economic 5", "safety 6", "preempt: safety order 6 goes first"], _told);
    }

    [Fact]
    public void NumberOf_SameNonceOfTwoSenders_IsTwoDecisionsAndNoOrders()
    {
        ulong first = ArmedLane.NumberOf(0, 7), second = ArmedLane.NumberOf(1, 7), last = ArmedLane.NumberOf(ExecutionSetup.LastLane, 7);

        Assert.Equal(ArmedLane.ArmedDecisions | 7, first);
        Assert.Equal(3, new HashSet<ulong> { first, second, last }.Count);
        Assert.All([first, second, last], number => Assert.NotEqual(0UL, number & ArmedLane.ArmedDecisions));
    }

    [Fact]
    public void OrderExecutor_LaneBeyondTheLast_IsRefused() => Assert.Contains(
        "Lane is 128", Assert.Throws<ArgumentException>(() => new OrderBench(static setup => setup with { Lane = 128 })).Message);

    [Fact]
    public async Task Preempt_OrderIsOut_IsCancelledAtItsNonce()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);

        bench.Executor.Preempt("safety order 2 goes first");
        await OrderBench.Until(() => bench.Chain.Sent.Count == 2);
        bench.Chain.Mine(bench.Chain.Sent[1].Hash, true);

        Assert.Equal(["1 Submitted", "1 Dropped"], await bench.Reports(2));
        Assert.Equal(1, bench.Executor.Figures().Cancels);
    }

    [Fact]
    public async Task Preempt_FillIsMinedFirst_IsReportedAsEver()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);
        bench.Executor.Preempt("safety order 2 goes first");
        await OrderBench.Until(() => bench.Chain.Sent.Count == 2);

        bench.Chain.Mine(bench.Chain.Sent[0].Hash, true, OrderBench.SwapLog(990));

        Assert.Equal(["1 Submitted", "1 Included", "1 leg 0: 1000 for 990"], await bench.Reports(3));
    }

    [Fact]
    public async Task Preempt_NothingIsUnderWay_LaterOrdersAreTaken()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();

        bench.Executor.Preempt("safety order 2 goes first");
        bench.Order(3);

        Assert.Equal(["3 Submitted"], await bench.Reports(1));
    }

    private void Put(ulong id, PolicyTier tier)
    {
        long hi = _ring.Next(2);
        _ring[hi - 1] = new OrderEvent
        {
            Kind = OrderEventKind.Decision, OrderId = id, LegCount = 1, Decision = new DecisionOutcome { Verdict = DecisionVerdict.Order, Tier = tier },
        };
        _ring[hi] = new OrderEvent { Kind = OrderEventKind.Leg, OrderId = id };
        _ring.Publish(hi - 1, hi);
        _lanes.OnBatch(_ring, hi - 1, hi);
    }
}
