using FastRebalance.Amm;
using FastRebalance.Amm.Positions;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Amm.Positions;

public class PoolFeeGrowthTests
{
    private const int Lower = -600;
    private const int Upper = 1200;

    private readonly UniswapV3Pool _pool =
        PoolMaker.V3(0, 3_000, 60, (-6000, 6000, 1_000_000_007), (Lower, Upper, 5_000_000_011), (-120, 60, 70_000_000_003));

    [Fact]
    public void Take_SeededSwaps_SharesEveryFee()
    {
        PoolFeeGrowth growth = Read();
        LiquidityPosition[] all = [Begun(-6000, 6000, 1_000_000_007), Begun(Lower, Upper, 5_000_000_011), Begun(-120, 60, 70_000_000_003)];
        Random random = new(5);
        UInt256 taken0 = 0, taken1 = 0;
        for (int i = 0; i < 2_000; i++)
        {
            UInt256 amount = (ulong)random.NextInt64(1, 1L << random.Next(8, 33));
            bool sells0 = random.Next(2) == 0;
            if (Swap(growth, sells0, amount) is { } quote)
                (taken0, taken1) = sells0 ? (taken0 + quote.AmountInUsed, taken1) : (taken0, taken1 + quote.AmountInUsed);
        }

        // 3000 millionths of all that went in, less what was rounded away: a unit a step at most for each of three positions.
        UInt256 owed0 = 0, owed1 = 0;
        foreach (LiquidityPosition position in all)
        {
            Assert.True(growth.TryInside(position.TickLower, position.TickUpper, out FeeGrowth inside));
            (UInt128 fees0, UInt128 fees1) = position.OwedAt(in inside);
            (owed0, owed1) = (owed0 + fees0, owed1 + fees1);
        }
        Assert.InRange((double)owed0, 0.003 * (double)taken0 - 12_000, 0.003 * (double)taken0 + 12_000);
        Assert.InRange((double)owed1, 0.003 * (double)taken1 - 12_000, 0.003 * (double)taken1 + 12_000);
        Assert.True((double)owed0 > 1e7 && (double)owed1 > 1e7, $"{owed0} {owed1}");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Take_AfterALogWasMissed_IsOutOfStep(bool missedSells0, bool nextSells0)
    {
        PoolFeeGrowth growth = Read();
        UniswapV3Pool ahead = (UniswapV3Pool)_pool.Copy();
        Assert.Equal(QuoteStatus.Exact, ahead.Swap(Sold(ahead, missedSells0), Bought(ahead, missedSells0), 20_000_000, out _));
        byte[] log = LogOf(ahead, nextSells0, 1_000_000, out _);

        Assert.Equal(FeeGrowthStatus.OutOfStep, growth.Take(SwapTopics, log));
        Assert.False(growth.TryInside(Lower, Upper, out _));
    }

    [Fact]
    public void Take_SwapToTheEndOfTheScale_IsOutOfStep()
    {
        UInt256 lowest = UInt256.WrappingSubtract(UInt256.Zero, TickMath.MaxTick);
        byte[] log = Words(UInt256.One << 200, 0, TickMath.MinSqrtRatio, 0, lowest);

        Assert.Equal(FeeGrowthStatus.OutOfStep, Read().Take(SwapTopics, log));
    }

    [Fact]
    public void Take_Flash_SharesWhatWasPaidLessTheProtocolsPart()
    {
        PoolFeeGrowth growth = Read();
        growth.Take([PoolFeeGrowth.SetFeeProtocolEvent.Topic], Words(0, 0, 4, 10));
        UInt256 all = (UInt256)_pool.State.Liquidity;

        growth.Take([PoolFeeGrowth.FlashEvent.Topic, default, default], Words(0, 0, all << 2, all * 10));

        Assert.Equal(FeeGrowthStatus.Current, growth.Status);
        Assert.Equal(new FeeGrowth((UInt256)3 << 128, (UInt256)9 << 128), growth.Global);
    }

    [Fact]
    public void TryInside_NotRead_IsNotKnown()
    {
        PoolFeeGrowth growth = new(_pool, [Lower, Upper]);
        Assert.Equal(FeeGrowthStatus.Unread, growth.Take(SwapTopics, new byte[160]));
        Assert.False(growth.TryInside(Lower, Upper, out _));
        Assert.False(growth.TryRead([new byte[32]]));
        Assert.False(Read().TryInside(Lower, Upper + 60, out _));
        Assert.Throws<ArgumentException>(() => new PoolFeeGrowth(_pool, [TickMath.MaxTick + 1]));
    }

    [Fact]
    public void TakeAndCount_ManyLogs_AllocateNothing()
    {
        PoolFeeGrowth growth = Read();
        LiquidityPosition position = Begun(Lower, Upper, 5_000_000_011);
        byte[] log = LogOf((UniswapV3Pool)_pool.Copy(), true, 2_000_000_000, out _);
        Hash32[] topics = SwapTopics;
        UInt128 owed = 0;
        long allocated = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                growth.Take(topics, log);
                growth.TryInside(Lower, Upper, out FeeGrowth inside);
                owed += position.OwedAt(in inside).Owed0;
                owed += (UInt128)position.AmountsAt(_pool.State.SqrtPriceX96).Amount0;
            }
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.True(owed > 0);
        Assert.Equal(FeeGrowthStatus.Current, growth.Status);
        Assert.Equal(0, allocated);
    }

    private static readonly Hash32[] SwapTopics = [UniswapV3Pool.SwapEvent.Topic, default, default];

    private static LiquidityPosition Begun(int lower, int upper, ulong liquidity) =>
        LiquidityPosition.Of(lower, upper, liquidity, default, 0, 0);

    private static AssetId Sold(Pool pool, bool sells0) => sells0 ? pool.Asset0 : pool.Asset1;

    private static AssetId Bought(Pool pool, bool sells0) => sells0 ? pool.Asset1 : pool.Asset0;

    // A pool that nobody has paid to yet.
    private PoolFeeGrowth Read()
    {
        PoolFeeGrowth growth = new(_pool, [-6000, 6000, Lower, Upper, -120, 60]);
        List<PoolCall> calls = [];
        growth.AppendReadCalls(calls);
        Assert.Equal(9, calls.Count);
        Assert.True(growth.TryRead([new byte[32], new byte[32], new byte[7 * 32], .. Enumerable.Repeat(new byte[8 * 32], 6)]));
        return growth;
    }

    private SwapQuote? Swap(PoolFeeGrowth growth, bool sells0, UInt256 amount)
    {
        UniswapV3Pool after = (UniswapV3Pool)_pool.Copy();
        if (after.QuoteExactIn(Sold(after, sells0), amount, out _) is not (QuoteStatus.Exact or QuoteStatus.ZeroOutput))
            return null;
        byte[] log = LogOf(after, sells0, amount, out SwapQuote quote);
        Assert.Equal(FeeGrowthStatus.Current, growth.Take(SwapTopics, log));
        MarketEvent e = default;
        Assert.True(_pool.TryReadLog(SwapTopics, log, ref e));
        _pool.Apply(in e);
        return quote;
    }

    private static byte[] LogOf(UniswapV3Pool pool, bool sells0, UInt256 amount, out SwapQuote quote)
    {
        pool.SwapUntil(Sold(pool, sells0), exactIn: true, in amount, UInt256.Zero, out quote);
        UInt256 paid = UInt256.WrappingSubtract(UInt256.Zero, quote.AmountOut);
        UInt256 tick = pool.State.Tick < 0 ? UInt256.WrappingSubtract(UInt256.Zero, (ulong)-pool.State.Tick) : (ulong)pool.State.Tick;
        return Words(
            sells0 ? quote.AmountInUsed : paid, sells0 ? paid : quote.AmountInUsed,
            pool.State.SqrtPriceX96, (UInt256)pool.State.Liquidity, tick);
    }

    private static byte[] Words(params UInt256[] words)
    {
        byte[] data = new byte[32 * words.Length];
        for (int i = 0; i < words.Length; i++)
            words[i].WriteBigEndian(data.AsSpan(32 * i));
        return data;
    }
}
