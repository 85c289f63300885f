using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.UnitTests.Execution.Mempool;

public sealed class MempoolWatchTests
{
    private readonly MempoolMarket _market = MempoolFixture.Market();
    private readonly MempoolWatch _watch;

    public MempoolWatchTests()
    {
        _watch = new MempoolWatch(_market, [MempoolFixture.Us], new MempoolOptions());
        _watch.OnPoolsRead(Header(1, 0));
    }

    [Fact]
    public void OnGap_UntilSomeBlocksAfterASnapshot_IsSuspect()
    {
        Assert.True(_watch.IsSuspect);
        _watch.OnSnapshot();
        Block(2, 1);
        Assert.True(_watch.IsSuspect);
        Block(3, 2);
        Assert.False(_watch.IsSuspect);
        _watch.OnGap(5_000_000_000);
        Block(4, 3);
        Block(5, 4);
        Block(6, 5);
        Assert.True(_watch.IsSuspect); // without a snapshot nobody knows what was pending meanwhile
        Assert.Equal((1L, 5.0), (_watch.Metrics.Gaps, _watch.Metrics.GapSeconds));
        _watch.OnSnapshot();
        Block(7, 6);
        Block(8, 7);
        Assert.False(_watch.Published.IsSuspect);
    }

    [Fact]
    public void OnBlock_AnotherParent_WantsThePoolsAnewAndTrustsNothing()
    {
        _watch.OnSnapshot();
        Block(2, 1);
        Block(3, 2);
        Assert.False(_watch.NeedsPools);
        _watch.OnBlock(new BlockView(Header(3, 77), [], []));
        Assert.True(_watch.NeedsPools);
        Assert.True(_watch.IsSuspect);
        Assert.All(_market.Pools, pool => Assert.False(pool.IsReady));
    }

    [Fact]
    public void OnBlock_SameHeadTwice_IsOne()
    {
        Block(2, 1);
        Block(2, 1);
        Assert.False(_watch.NeedsPools);
    }

    [Fact]
    public void Ask_AnOrder_IsAnsweredWithTheNextPublication()
    {
        OrderView order = new()
        {
            Legs = [new OrderLeg { Sell = AssetId.FromIndex(0), Buy = AssetId.FromIndex(1), AmountIn = UInt256.PowerOfTen(18), MinimumOut = 1, Pool0 = PoolId.FromIndex(0) }],
            DelayBpsPerBlock = 1,
        };
        _watch.Ask(order);
        Assert.Null(_watch.Published.Advice);
        Block(2, 1);
        Assert.Equal((MempoolAction.FireNow, order), (_watch.Published.Advice!.Action, _watch.Published.Order));
        _watch.Ask(null);
        Block(3, 2);
        Assert.Null(_watch.Published.Advice);
    }

    // A gate in front of shots follows this advice: closed by every quiet block, it would be open by luck alone.
    [Theory]
    [InlineData(true, MempoolAction.FireNow)]
    [InlineData(false, MempoolAction.Wait)]
    public void OnBlock_OrderInsideItsBand_IsWaitedWithUnlessItIsOnlyForeseen(bool isForeseen, MempoolAction expected)
    {
        AssetId a = AssetId.FromIndex(0), b = AssetId.FromIndex(1);
        _watch.Ask(new OrderView
        {
            Legs = [new OrderLeg { Sell = a, Buy = b, AmountIn = UInt256.PowerOfTen(18), MinimumOut = 1, Pool0 = PoolId.FromIndex(0) }],
            Weights = new PortfolioWeights(b, [a, b], [1, 2], [0.5, 0.5], [PoolId.FromIndex(0), PoolId.None]),
            Band = 0.01,
            DelayBpsPerBlock = 1,
            IsForeseen = isForeseen,
        });
        Block(2, 1);
        Assert.Equal(expected, _watch.Published.Advice!.Action);
    }

    [Fact]
    public void OnBlock_AnotherBranchWhileAnOrderIsOut_IsNoReasonToGiveItUp()
    {
        _watch.Ask(new OrderView
        {
            Legs = [new OrderLeg { Sell = AssetId.FromIndex(0), Buy = AssetId.FromIndex(1), AmountIn = UInt256.PowerOfTen(18), MinimumOut = 1, Pool0 = PoolId.FromIndex(0) }],
            IsLive = true,
        });
        Block(2, 1);
        _watch.OnBlock(new BlockView(Header(2, 77), [], []));
        Assert.True(_watch.NeedsPools);
        Assert.Equal((MempoolAction.FireNow, AdviceReason.Suspect), (_watch.Published.Advice!.Action, _watch.Published.Advice.Reason));
    }

    [Fact]
    public void OnPending_OurExecutorsBasket_IsReadLegByLeg()
    {
        ExecutorLeg leg = new()
        {
            Venue = ExecutorVenue.UniswapV2, FeePips = 3000, Pool = MempoolFixture.Pair, TokenIn = MempoolFixture.Token0, TokenOut = MempoolFixture.Token1,
            MaxIn = 1000, LimitPriceX96 = UInt256.One << 96, MinFill = 1,
        };
        byte[] call = ExecutorCalls.Exec(7, 8, 9, [leg, leg with { Flags = ExecutorLegFlags.Chained, TokenIn = MempoolFixture.Token1, TokenOut = MempoolFixture.Token0 }]);
        PendingEffect[] effects = new PendingEffect[4];
        Assert.Equal(
            DecodeVerdict.Effects, new CallDecoder(_market).Decode(MempoolFixture.Executor, MempoolFixture.Us, UInt256.Zero, call, effects, out int count));
        Assert.Equal(2, count);
        Assert.Equal(
            (PoolId.FromIndex(0), AssetId.FromIndex(0), (UInt256)1000UL, UInt256.One << 96, 9UL),
            (effects[0].Pool, effects[0].Sell, effects[0].Amount, effects[0].Limit, effects[0].DeadlineSeconds));
        Assert.True(effects[1].Has(EffectFlags.Chained) && effects[1].Has(EffectFlags.LimitIsPrice) && effects[1].Has(EffectFlags.Executor));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Decode_Permit2Transfer_CountsOnlyWhereItIsOurs(bool isOurs, int expected)
    {
        byte[] call = new byte[4 + 4 * 32];
        AbiWriter writer = new(call);
        writer.BeginCall(AbiSelector.Of("transferFrom(address,address,uint160,address)"), 4);
        writer.WriteAddress(isOurs ? MempoolFixture.Us : MempoolFixture.At(90));
        writer.WriteAddress(MempoolFixture.At(91));
        writer.WriteUInt64(123);
        writer.WriteAddress(MempoolFixture.Token1);
        Assert.True(writer.TryFinish(out _));
        PendingEffect[] effects = new PendingEffect[4];
        new CallDecoder(_market).Decode(MempoolFixture.Permit2, MempoolFixture.At(90), UInt256.Zero, call, effects, out int count);
        Assert.Equal(expected, count);
        if (isOurs)
            Assert.Equal((EffectKind.Transfer, AssetId.FromIndex(1), (UInt256)123UL), (effects[0].Kind, effects[0].Sell, effects[0].Amount));
    }

    [Fact]
    public void Apply_DeadlinePassed_RevertsAndLeavesThePoolAlone()
    {
        PendingEffect[] effects =
        [
            new()
            {
                Kind = EffectKind.Swap, Pool = PoolId.FromIndex(0), Sell = AssetId.FromIndex(0), Buy = AssetId.FromIndex(1), Amount = 1_000_000,
                Flags = EffectFlags.EndsPath, DeadlineSeconds = 100,
            },
        ];
        PoolOverlay overlay = new(_market, new PositionBook(_market));
        Assert.Equal(ApplyOutcome.Reverted, overlay.Apply(effects, blockSeconds: 101));
        Assert.False(overlay.IsTouched(PoolId.FromIndex(0)));
        Assert.Equal(ApplyOutcome.Applied, overlay.Apply(effects, blockSeconds: 100));
        Assert.True(overlay.IsTouched(PoolId.FromIndex(0)));
        Assert.NotSame(_market.Pools[0], overlay.PoolOf(PoolId.FromIndex(0)));
    }

    [Fact]
    public void Validate_WeightsThatDoNotAddUp_AreRefused() =>
        Assert.Throws<ArgumentException>(() => new MempoolOptions { Weights = new ScenarioWeights(0.5, 0.5, 0.5, 0) }.Validate());

    private void Block(int number, int parent) => _watch.OnBlock(new BlockView(Header(number, parent), [], []));

    private static BlockHeader Header(int number, int parent) => new()
    {
        Number = (ulong)number,
        Hash = MempoolFixture.Hash(number * 1000 + parent),
        ParentHash = parent == 0 ? default : MempoolFixture.Hash(parent * 1000 + parent - 1),
        TimestampSeconds = number * 12,
        BaseFeePerGasWei = 1_000_000_000,
        GasUsed = 15_000_000,
        GasLimit = 30_000_000,
    };
}
