using System.Numerics;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Amm;

public class UniswapV2PoolTests
{
    private static readonly UInt256 MaxReserve = UInt256.MaxValue >> 144;

    [Fact]
    public void QuoteExactIn_TextbookReserves_PaysTheFloor()
    {
        UniswapV2Pool pool = PoolMaker.V2(1_000, 1_000);

        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(pool.Asset0, 100, out SwapQuote quote));

        // 100 * 997 * 1000 / (1000 * 1000 + 100 * 997) = 90.66…
        Assert.Equal((UInt256)90, quote.AmountOut);
    }

    [Theory]
    [InlineData(3_000u, 997, 1_000)]
    [InlineData(2_500u, 9_975, 10_000)]
    [InlineData(0u, 1, 1)]
    public void QuoteExactIn_RandomReservesUpTo112Bits_EqualsTheContractsFraction(uint feePips, int numerator, int denominator)
    {
        var random = new Random(11);
        for (int i = 0; i < 2_000; i++)
        {
            UInt256 reserve0 = RandomBits(random, 111), reserve1 = RandomBits(random, 112), amountIn = RandomBits(random, 111);
            UniswapV2Pool pool = PoolMaker.V2(reserve0, reserve1, feePips);
            BigInteger kept = (BigInteger)amountIn * numerator;
            BigInteger expected = kept * (BigInteger)reserve1 / ((BigInteger)reserve0 * denominator + kept);

            QuoteStatus status = pool.QuoteExactIn(pool.Asset0, amountIn, out SwapQuote quote);

            Assert.Equal(expected, (BigInteger)quote.AmountOut);
            Assert.Equal(expected.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact, status);
        }
    }

    [Fact]
    public void QuoteExactIn_BalanceBeyond112Bits_IsOverflow()
    {
        UniswapV2Pool pool = PoolMaker.V2(MaxReserve - 10, 1_000);

        Assert.Equal(QuoteStatus.Overflow, pool.QuoteExactIn(pool.Asset0, 11, out _));
        Assert.Equal(QuoteStatus.ZeroOutput, pool.QuoteExactIn(pool.Asset0, 10, out _));
    }

    [Fact]
    public void QuoteExactIn_EmptyPool_IsInsufficientLiquidity()
    {
        UniswapV2Pool pool = PoolMaker.V2(0, 0);

        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset0, 10, out _));
        Assert.False(pool.TryGetCurve(pool.Asset0, out _));
    }

    [Fact]
    public void Apply_ReserveBeyond112Bits_MakesThePoolNotReady()
    {
        UniswapV2Pool pool = PoolMaker.V2(1_000, 1_000);
        pool.Apply(PoolMaker.Reserves(MaxReserve + 1, 1_000));

        Assert.False(pool.IsReady);
        Assert.Equal(QuoteStatus.NotReady, pool.QuoteExactIn(pool.Asset0, 10, out _));
    }

    [Fact]
    public void TryReadLog_Sync_CarriesBothReserves()
    {
        UniswapV2Pool pool = PoolMaker.V2(1_000, 1_000);
        byte[] data = new byte[64];
        data[31] = 7;
        data[63] = 9;
        MarketEvent e = default;

        Assert.True(pool.TryReadLog([UniswapV2Pool.SyncEvent.Topic], data, ref e));

        Assert.Equal(MarketEventKind.Reserves, e.Kind);
        Assert.Equal(pool.Id, e.Pool);
        Assert.Equal((UInt256)7, e.Reserves.Reserve0);
        Assert.Equal((UInt256)9, e.Reserves.Reserve1);
    }

    [Fact]
    public void TryReadLog_SyncOfWrongShape_IsRefused()
    {
        UniswapV2Pool pool = PoolMaker.V2(1_000, 1_000);
        MarketEvent e = default;
        byte[] tooWide = new byte[64];
        tooWide[17] = 1;

        Assert.False(pool.TryReadLog([UniswapV2Pool.SyncEvent.Topic], new byte[63], ref e));
        Assert.False(pool.TryReadLog([UniswapV2Pool.SyncEvent.Topic], new byte[96], ref e));
        Assert.False(pool.TryReadLog([UniswapV2Pool.SyncEvent.Topic, Hash32.Zero], new byte[64], ref e));
        Assert.False(pool.TryReadLog([UniswapV2Pool.SyncEvent.Topic], tooWide, ref e));
    }

    private static UInt256 RandomBits(Random random, int maxBits)
    {
        UInt256 value = new((ulong)random.NextInt64() << 1, (ulong)random.NextInt64() << 1, 0, 0);
        return (value >> (128 - random.Next(1, maxBits + 1))) | UInt256.One;
    }
}
