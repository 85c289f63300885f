using FastRebalance.Amm.Positions;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData.Liquidity;

namespace FastRebalance.UnitTests.MarketData;

/// <summary>What is told of answers that are made up; what real contracts answer is tested on a chain.</summary>
public sealed class LiquidityFollowerTests
{
    private const int Lower = -600;
    private const int Upper = 1_200;

    private static readonly Address s_pool = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly UInt256 s_q128 = UInt256.One << 128;

    private readonly LiquidityFollower _follower = new([new ManagedPosition(s_pool, 7UL, s_pool, Lower, Upper), new PoolShare(s_pool, s_pool, s_pool)]);

    [Fact]
    public void AppendEvents_NothingChanged_TellsNothingButAtASnapshot()
    {
        Assert.Equal([1, 2], Told(Answers(), all: true).Select(e => e.Subject));
        Assert.Empty(Told(Answers(), all: false));
        Assert.Equal([1, 2], Told(Answers(), all: true).Select(e => e.Subject));
    }

    [Fact]
    public void AppendEvents_OneGrew_TellsThatOne()
    {
        Told(Answers(), all: true);

        MarketEvent grown = Assert.Single(Told(Answers(liquidity: 2_000), all: false));

        Assert.Equal((1, MarketEventKind.PoolPosition), (grown.Subject, grown.Kind));
        Assert.Equal((UInt128)2_000, grown.PoolPosition.Liquidity);
    }

    // Fees that were earned and not poked: 3 for each unit of liquidity on one side, 5 on the other, on top of what is owed already.
    [Fact]
    public void Take_GrowthSinceTheLastCount_IsOwedWithWhatWas()
    {
        PoolPosition told = Told(Answers(), all: true)[0].PoolPosition;

        Assert.Equal((UInt128)(3_000 + 11), told.Owed0);
        Assert.Equal((UInt128)(5_000 + 13), told.Owed1);
    }

    [Fact]
    public void Take_TheManagerKnowsItNoMore_IsClosedAndNoError()
    {
        byte[][] answers = Answers();
        answers[0] = [];

        PoolPosition told = Told(answers, all: true)[0].PoolPosition;

        Assert.True(told.IsClosed);
        Assert.Equal(default, (told.Liquidity, told.Owed0, told.Owed1));
    }

    [Fact]
    public void Take_LiquidityIsGoneFromOneHeadToTheNext_IsBelievedAtTheSecondLook()
    {
        byte[][] gone = Answers();
        gone[0] = [];
        Told(Answers(), all: true);

        Assert.Empty(Told(gone, all: false));
        Assert.Empty(Told(Answers(), all: false)); // it was there all the time
        Assert.Empty(Told(gone, all: false));
        Assert.True(Assert.Single(Told(gone, all: false)).PoolPosition.IsClosed);
        Assert.Empty(Told(gone, all: false));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(8)]
    public void Take_AnAnswerIsMissing_FailsAndSaysOfWhich(int call)
    {
        byte[][] answers = Answers();
        answers[call] = [];

        RpcTransportException error = Assert.Throws<RpcTransportException>(() => Told(answers, all: true));
        Assert.Contains(call < 6 ? "1 of 2" : "2 of 2", error.Message);
    }

    // Another range than the one that was found at the start is another position.
    [Fact]
    public void Take_AnotherRange_Fails()
    {
        byte[][] answers = Answers();
        Number((ulong)(Upper + 1)).CopyTo(answers[0], 32 * 6);

        Assert.Throws<RpcTransportException>(() => Told(answers, all: true));
    }

    [Fact]
    public void Take_NoPairTokens_IsNoShare()
    {
        byte[][] answers = Answers();
        answers[8] = Number(0);

        PoolPosition told = Told(answers, all: true)[1].PoolPosition;

        Assert.Equal(default, (told.Liquidity, told.Amount0, told.Amount1));
        Assert.False(told.IsClosed);
    }

    private List<MarketEvent> Told(byte[][] answers, bool all)
    {
        List<EthCall> calls = [];
        _follower.AppendCalls(calls);
        Assert.Equal(answers.Length, calls.Count);
        _follower.Take(answers);
        List<MarketEvent> batch = [];
        _follower.AppendEvents(batch, default, all);
        return batch;
    }

    /// <summary>A position in range, its pool at tick 0, and a tenth of a pair.</summary>
    private static byte[][] Answers(ulong liquidity = 1_000) =>
    [
        Words(0, 0, 0, 0, 0, UInt256.WrappingSubtract(UInt256.Zero, (ulong)-Lower), (ulong)Upper, liquidity, 0, 0, 11, 13),
        Words(UInt256.One << 96, 0, 0, 0, 0, 0, 1),
        Words(s_q128 * 3UL),
        Words(s_q128 * 5UL),
        Words(liquidity, liquidity, 0, 0, 0, 0, 0, 1),
        Words(liquidity, liquidity, 0, 0, 0, 0, 0, 1),
        Words(4_000_000, 9_000_000, 0),
        Words(1_000),
        Words(100),
        Words(0),
        Words(0),
    ];

    private static byte[] Number(UInt256 value) => Words(value);

    private static byte[] Words(params UInt256[] values)
    {
        byte[] words = new byte[32 * values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i].WriteBigEndian(words.AsSpan(32 * i, 32));
        return words;
    }
}
