using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Confirmation;

namespace FastRebalance.UnitTests.Execution;

public sealed class ExecutorFillReaderTests
{
    private const ulong Order = 0x1_0000_0007;
    private static readonly Address Executor = World.Token(0xee);
    private static readonly ExecutorFillReader Reader = new(Executor, decisionSpace: 0);

    [Fact]
    public void TryRead_LegOfTwoHops_SpentFromTheFirstAndReceivedFromTheLast()
    {
        OrderLeg[] legs = [World.Leg(World.A, World.C, 1000, 1, World.V3AB, World.V2BC), World.Leg(World.A, World.B, 50, 1, World.V3AB)];
        LegMovement[] moved = new LegMovement[2];

        Assert.True(Reader.TryRead(Order, legs, [Log(1000, 990), Log(990, 970), Log(40, 39)], moved));

        Assert.Equal([new LegMovement(1000, 970), new LegMovement(40, 39)], moved);
    }

    [Fact]
    public void TryRead_LogsOfOthers_ArePassedOver()
    {
        OrderLeg[] legs = [World.Leg(World.A, World.B, 1000, 1, World.V3AB)];
        LegMovement[] moved = new LegMovement[1];

        Assert.True(Reader.TryRead(
            Order, legs, [Log(7, 7, order: Order + 1), Log(8, 8, address: World.Token(1)), Log(9, 9, topic: ExecutorLogs.DecisionFilled), Log(1000, 990)], moved));

        Assert.Equal(new LegMovement(1000, 990), moved[0]);
    }

    [Fact]
    public void TryRead_SameOrderOfAnotherJournal_IsNotTheOrder()
    {
        OrderLeg[] legs = [World.Leg(World.A, World.B, 1000, 1, World.V3AB)];

        Assert.False(new ExecutorFillReader(Executor, decisionSpace: 7).TryRead(Order, legs, [Log(1000, 990)], new LegMovement[1]));
    }

    [Fact]
    public void TryRead_ALogTooFew_IsNotTheOrder()
    {
        OrderLeg[] legs = [World.Leg(World.A, World.C, 1000, 1, World.V3AB, World.V2BC)];

        Assert.False(Reader.TryRead(Order, legs, [Log(1000, 990)], new LegMovement[1]));
        Assert.False(Reader.TryRead(Order, legs, [Log(1000, 990, order: Order + 1), Log(990, 970, order: Order + 1)], new LegMovement[1]));
    }

    private static LogEntry Log(ulong spent, ulong received, ulong order = Order, Address? address = null, Hash32? topic = null) => new()
    {
        Address = address ?? Executor,
        Topics = [topic ?? ExecutorLogs.LegFilled, Word(order)],
        Data = [.. new[] { Word(0), Word(0xa1), Word(0xb2), Word(spent), Word(received) }.SelectMany(word => word.Span.ToArray())],
        BlockNumber = 1,
        BlockHash = Hash32.Zero,
        TransactionHash = Hash32.Zero,
        LogIndex = 0,
        Removed = false,
    };

    private static Hash32 Word(ulong value)
    {
        byte[] word = new byte[32];
        ((UInt256)value).WriteBigEndian(word);
        return new Hash32(word);
    }
}
