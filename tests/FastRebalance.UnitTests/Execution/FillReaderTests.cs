using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Confirmation;

namespace FastRebalance.UnitTests.Execution;

public sealed class FillReaderTests
{
    private static readonly FillReader Reader = new(World.Assets, World.Pools);

    [Fact]
    public void TryRead_V3Hop_TakesWhatThePoolTookAndPaid()
    {
        LegMovement[] moved = Read([World.Leg(World.A, World.B, 1000, 1, World.V3AB)], Transfer(), V3(World.V3AB, 1000, -990));

        Assert.Equal(new LegMovement(1000, 990), moved[0]);
    }

    [Fact]
    public void TryRead_V3HopTheOtherWay_ReadsTheSigns()
    {
        LegMovement[] moved = Read([World.Leg(World.B, World.A, 500, 1, World.V3AB)], V3(World.V3AB, -480, 500));

        Assert.Equal(new LegMovement(500, 480), moved[0]);
    }

    [Fact]
    public void TryRead_V3ThenV2_SpentFromTheFirstAndReceivedFromTheLast()
    {
        LegMovement[] moved = Read(
            [World.Leg(World.A, World.C, 1000, 1, World.V3AB, World.V2BC)],
            V3(World.V3AB, 1000, -990), Transfer(), V2(World.V2BC, 990, 0, 0, 970));

        Assert.Equal(new LegMovement(1000, 970), moved[0]);
    }

    [Fact]
    public void TryRead_FourHops_ReceivedFromTheFourth()
    {
        LegMovement[] moved = Read(
            [World.Leg(World.A, World.A, 1000, 1, World.V3AB, World.V2BC, World.V3BC, World.V2AB)],
            V3(World.V3AB, 1000, -990), V2(World.V2BC, 990, 0, 0, 970), V3(World.V3BC, -960, 970), V2(World.V2AB, 0, 960, 950, 0));

        Assert.Equal(new LegMovement(1000, 950), moved[0]);
    }

    [Fact]
    public void TryRead_TwoLegsBuyTheSameAsset_AreToldApart()
    {
        LegMovement[] moved = Read(
            [World.Leg(World.A, World.B, 1000, 1, World.V3AB), World.Leg(World.C, World.B, 50, 1, World.V2BC)],
            V3(World.V3AB, 1000, -990), V2(World.V2BC, 0, 50, 45, 0));

        Assert.Equal([new LegMovement(1000, 990), new LegMovement(50, 45)], moved);
    }

    [Fact]
    public void TryRead_TwoLegsThroughTheSamePool_EachHasItsOwnLog()
    {
        LegMovement[] moved = Read(
            [World.Leg(World.A, World.B, 10, 1, World.V3AB), World.Leg(World.A, World.B, 20, 1, World.V3AB)],
            V3(World.V3AB, 10, -9), V3(World.V3AB, 20, -17));

        Assert.Equal([new LegMovement(10, 9), new LegMovement(20, 17)], moved);
    }

    [Fact]
    public void TryRead_LogOfAHopIsMissing_IsFalseAndTheRestZero()
    {
        LegMovement[] moved = new LegMovement[2];
        OrderLeg[] legs = [World.Leg(World.A, World.B, 10, 1, World.V3AB), World.Leg(World.B, World.C, 20, 1, World.V2BC)];

        Assert.False(Reader.TryRead(legs, [V3(World.V3AB, 10, -9)], moved));
        Assert.Equal([new LegMovement(10, 9), default], moved);
    }

    [Fact]
    public void TryRead_SwapInTheWrongDirection_IsNotTaken()
    {
        LegMovement[] moved = new LegMovement[1];

        Assert.False(Reader.TryRead([World.Leg(World.A, World.B, 10, 1, World.V3AB)], [V3(World.V3AB, -9, 10)], moved));
        Assert.False(Reader.TryRead([World.Leg(World.B, World.C, 10, 1, World.V2BC)], [V2(World.V2BC, 0, 10, 9, 0)], moved));
    }

    private static LegMovement[] Read(OrderLeg[] legs, params LogEntry[] logs)
    {
        LegMovement[] moved = new LegMovement[legs.Length];
        Assert.True(Reader.TryRead(legs, logs, moved));
        return moved;
    }

    private static LogEntry V3(PoolId pool, long amount0, long amount1)
    {
        byte[] data = new byte[5 * 32];
        AbiWriter writer = new(data);
        writer.BeginArguments(5);
        writer.WriteInt128(amount0);
        writer.WriteInt128(amount1);
        for (int i = 0; i < 3; i++)
            writer.WriteUInt64(1);
        return Log(World.Pools[pool.Index].Address, "Swap(address,address,int256,int256,uint160,uint128,int24)", data);
    }

    private static LogEntry V2(PoolId pool, params ulong[] amounts)
    {
        byte[] data = new byte[4 * 32];
        AbiWriter writer = new(data);
        writer.BeginArguments(4);
        foreach (ulong amount in amounts)
            writer.WriteUInt64(amount);
        return Log(World.Pools[pool.Index].Address, "Swap(address,uint256,uint256,uint256,uint256,address)", data);
    }

    private static LogEntry Transfer() => Log(World.Assets[1], "Transfer(address,address,uint256)", new byte[32]);

    private static LogEntry Log(Address address, string signature, byte[] data) => new()
    {
        Address = address,
        Topics = [AbiSignature.EventTopic(signature)],
        Data = data,
        LogIndex = 0,
        BlockHash = default,
        BlockNumber = 1,
        TransactionHash = default,
        Removed = false,
    };
}
