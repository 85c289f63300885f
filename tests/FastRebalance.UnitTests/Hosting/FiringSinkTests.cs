using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Execution.Presigning;
using FastRebalance.Hosting;
using FastRebalance.UnitTests.Execution.Presigning;

namespace FastRebalance.UnitTests.Hosting;

public sealed class FiringSinkTests
{
    private const int Rounds = 5;

    private readonly PresignBench _bench = new();
    private readonly CountingSink _ring = new();
    private readonly FiringSink _sink;

    public FiringSinkTests()
    {
        _sink = new FiringSink(_ring) { Fire = _bench.Path };
        _bench.Arm();
    }

    [Fact]
    public void OnIdle_AfterAPass_RehearsesOnceAndUsesNothingUp()
    {
        _sink.Publish([Decision(DecisionVerdict.InsideBand)]);
        Assert.Equal(0, _bench.Sockets[0].Rehearsals); // the pass does not wait for it

        _sink.OnIdle();
        _sink.OnIdle();

        Assert.Equal((1, 1, 1), (_ring.Published, _bench.Sockets[0].Rehearsals, _bench.Sockets[1].Rehearsals));
        Assert.Equal((0, 0), (_bench.Sockets[0].Writes, _bench.Log.Fires));
        Assert.Equal(SlotGateState.Armed, _bench.Armory.Slots[0].Gate.State);
    }

    // What lies ready was drawn under another configuration: the order goes the longer way, until nothing of before lies there.
    [Fact]
    public void Publish_HeldForAnotherConfiguration_FiresNothingUntilItIsReleased()
    {
        _sink.Hold(2);
        _sink.Release(1); // an earlier one's: a later one came meanwhile
        _sink.Publish(Ordered());
        Assert.Equal((1, 0, 0), (_ring.Published, _bench.Sockets[0].Writes, _bench.Log.Fires));

        _sink.Release(2);
        _sink.Publish(Ordered());

        Assert.Equal((2, 1, 1), (_ring.Published, _bench.Sockets[0].Writes, _bench.Log.Fires));
    }

    [Fact]
    public void OnIdle_NothingPassedSince_RehearsesNothing()
    {
        _sink.OnIdle();

        Assert.Equal(0, _bench.Sockets[0].Rehearsals);
    }

    [Fact]
    public void OnIdle_PassAfterPass_RehearsesNowAndThenOnly()
    {
        long start = MonotonicClock.NowNs;
        int idles = 0;
        while (_bench.Sockets[0].Rehearsals < 5)
        {
            _sink.Publish([Decision(DecisionVerdict.InsideBand)]);
            _sink.OnIdle();
            idles++;
        }

        Assert.True(MonotonicClock.NowNs - start >= 4 * 100_000, $"five of {idles} in less than the pauses between them");
    }

    [Fact]
    public void Publish_Order_FiresBeforeThePublicationAndRehearsesNothing()
    {
        _ring.OnPublish = () => Assert.Equal(1, _bench.Sockets[0].Writes);

        _sink.Publish(Ordered());

        Assert.Equal((1, 1, 0), (_ring.Published, _bench.Log.Fires, _bench.Sockets[0].Rehearsals));
    }

    [Fact]
    public void Publish_NothingArmed_PublishesAllTheSame()
    {
        PresignBench bench = new();
        FiringSink sink = new(_ring) { Fire = bench.Path };

        sink.Publish([Decision(DecisionVerdict.InsideBand)]);
        sink.OnIdle();

        Assert.Equal((1, 0), (_ring.Published, bench.Sockets[0].Rehearsals));
    }

    [Fact]
    public void OnIdle_PassThatOrdersNothing_AllocatesNothing()
    {
        OrderEvent[] decision = [Decision(DecisionVerdict.InsideBand)];
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int rehearsals = _bench.Sockets[0].Rehearsals; _bench.Sockets[0].Rehearsals < rehearsals + 10;)
            {
                _sink.Publish(decision);
                _sink.OnIdle();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(Rounds * 10, _bench.Sockets[0].Rehearsals);
        Assert.Equal(0, least);
    }

    private static OrderEvent[] Ordered()
    {
        OrderEvent decision = Decision(DecisionVerdict.Order);
        decision.OrderId = 42;
        decision.Portfolio = PresignBench.Portfolio;
        decision.Decision.Tier = PolicyTier.Economic;
        decision.Decision.DeadlineUnixSeconds = PresignBench.Deadline;
        return [decision, new OrderEvent { Kind = OrderEventKind.Leg, Leg = PresignBench.Leg() }];
    }

    private static OrderEvent Decision(DecisionVerdict verdict)
    {
        OrderEvent e = new() { Kind = OrderEventKind.Decision };
        e.Decision.Verdict = verdict;
        return e;
    }

    private sealed class CountingSink : IDecisionSink
    {
        public int Published { get; private set; }

        public Action? OnPublish { get; set; }

        public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
        {
            OnPublish?.Invoke();
            Published++;
        }
    }
}
