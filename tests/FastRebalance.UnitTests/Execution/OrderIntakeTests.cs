using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Execution;

public sealed class OrderIntakeTests
{
    private readonly List<Order> _orders = [];
    private readonly RingBuffer<OrderEvent> _ring = RingBuffer<OrderEvent>.CreateSingleProducer(16, WaitStrategy.ByName("blocking"));
    private readonly OrderIntake _intake;

    public OrderIntakeTests() => _intake = new OrderIntake(_orders.Add);

    [Fact]
    public void OnBatch_OrderWithLegs_IsHandedOverWhole()
    {
        Put(Decision(5, DecisionVerdict.Order, legs: 2), Leg(5, 0, 10), Leg(5, 1, 20));

        _intake.OnBatch(_ring, 0, 2);

        Order order = Assert.Single(_orders);
        Assert.Equal(5UL, order.Id);
        Assert.Equal(77L, order.DeadlineUnixSeconds);
        Assert.Equal(99L, order.DueNs);
        Assert.Equal([(UInt256)10UL, (UInt256)20UL], order.Legs.Select(leg => leg.AmountIn));
    }

    [Fact]
    public void OnBatch_BatchEndsBetweenTheLegs_IsHandedOverWithTheLast()
    {
        Put(Decision(5, DecisionVerdict.Order, legs: 2), Leg(5, 0, 10), Leg(5, 1, 20));

        _intake.OnBatch(_ring, 0, 1);
        Assert.Empty(_orders);
        _intake.OnBatch(_ring, 2, 2);

        Assert.Equal(2, Assert.Single(_orders).Legs.Count);
    }

    [Fact]
    public void OnBatch_DecisionsThatOrderNothing_PassBy()
    {
        Put(Decision(0, DecisionVerdict.InsideBand, 0), Decision(0, DecisionVerdict.Refused, 0), Decision(0, DecisionVerdict.InFlight, 0));

        _intake.OnBatch(_ring, 0, 2);

        Assert.Empty(_orders);
    }

    [Theory]
    [InlineData("leg alone")]
    [InlineData("decision between")]
    [InlineData("leg of another order")]
    [InlineData("leg out of turn")]
    [InlineData("empty slot")]
    [InlineData("order without legs")]
    public void OnBatch_OutOfStep_Throws(string what)
    {
        Put(what switch
        {
            "leg alone" => [Leg(5, 0, 1)],
            "decision between" => [Decision(5, DecisionVerdict.Order, 1), Decision(6, DecisionVerdict.InsideBand, 0)],
            "leg of another order" => [Decision(5, DecisionVerdict.Order, 1), Leg(6, 0, 1)],
            "leg out of turn" => [Decision(5, DecisionVerdict.Order, 2), Leg(5, 1, 1)],
            "empty slot" => [default],
            _ => [Decision(5, DecisionVerdict.Order, 0)],
        });

        Assert.Throws<InvalidOperationException>(() => _intake.OnBatch(_ring, 0, _ring.Cursor.Value));
        Assert.Empty(_orders);
    }

    private void Put(params OrderEvent[] events)
    {
        foreach (OrderEvent e in events)
        {
            long at = _ring.Next();
            _ring[at] = e;
            _ring.Publish(at);
        }
    }

    private static OrderEvent Decision(ulong id, DecisionVerdict verdict, byte legs) => new()
    {
        Kind = OrderEventKind.Decision,
        OrderId = id,
        LegCount = legs,
        DueNs = 99,
        Decision = new DecisionOutcome { Verdict = verdict, DeadlineUnixSeconds = 77 },
    };

    private static OrderEvent Leg(ulong id, byte index, ulong amount) => new()
    {
        Kind = OrderEventKind.Leg,
        OrderId = id,
        LegIndex = index,
        Leg = World.Leg(World.A, World.B, amount, 1, World.V3AB),
    };
}
