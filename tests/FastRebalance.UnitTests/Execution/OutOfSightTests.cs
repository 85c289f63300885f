using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.UnitTests.Execution;

public sealed class OutOfSightTests
{
    private const ulong Head = 100;
    private static readonly PendingTerms s_terms = new() { PrivateBlocks = 50, MaxWaitBlocks = 3 };

    private readonly OutOfSight _sight = new(s_terms);
    private readonly FollowedOrder _order = new(new Order(1, PortfolioId.FromIndex(0), 0, 0, PolicyTier.Economic, default, []));

    [Fact]
    public void Settle_NothingWrong_GoesEverywhere()
    {
        _sight.Settle(_order, default, Head);

        Assert.False(_sight.IsOn(Head));
        Assert.Equal(default, OutOfSight.WayOf(_order, AttemptKind.Fill, Head));
    }

    [Fact]
    public void Settle_AfterAFrontRun_IsPrivateForSomeBlocksAndThenGoesEverywhere()
    {
        _sight.Begin(Head);
        _sight.Settle(_order, default, Head + 10);

        Assert.Equal(new SendWay(IsPrivate: true), OutOfSight.WayOf(_order, AttemptKind.Fill, Head + 12));
        Assert.Equal(default, OutOfSight.WayOf(_order, AttemptKind.Fill, Head + 13));
        Assert.Equal(default, OutOfSight.WayOf(_order, AttemptKind.Cancel, Head + 12)); // what it is to stop may be anywhere
    }

    [Fact]
    public void Settle_FrontRunLongAgo_GoesEverywhere()
    {
        _sight.Begin(Head);
        _sight.Settle(_order, default, Head + 50);

        Assert.True(_sight.IsOn(Head + 49));
        Assert.Equal(default, OutOfSight.WayOf(_order, AttemptKind.Fill, Head + 50));
    }

    [Fact]
    public void Settle_BehindAnother_ForTheNextBlockOnly()
    {
        byte[] other = [1, 2];
        _sight.Settle(_order, other, Head);

        SendWay way = OutOfSight.WayOf(_order, AttemptKind.Fill, Head);
        Assert.True(way.IsPrivate && way.IsBehind);
        Assert.Equal(other, way.Behind.ToArray());
        Assert.Equal(default, OutOfSight.WayOf(_order, AttemptKind.Fill, Head + 1));
    }
}
