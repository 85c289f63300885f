using FastRebalance.Amm;
using FastRebalance.Amm.Abi;
using FastRebalance.Amm.Solidly;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Amm.Curves;

namespace FastRebalance.UnitTests.Amm;

public class SolidlyPoolTests
{
    [Theory]
    [InlineData(false, 18, 6)]
    [InlineData(true, 18, 6)]
    [InlineData(true, 18, 18)]
    [InlineData(true, 6, 8)]
    public void QuoteExactOut_AnyAmount_IsTheLeastThatPaysIt(bool isStable, int decimals0, int decimals1)
    {
        SolidlyPool pool = Uneven(isStable, decimals0, decimals1);
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            (AssetId sell, UInt256 reserve) = i % 2 == 0 ? (pool.Asset0, pool.Reserve1) : (pool.Asset1, pool.Reserve0);
            UInt256.TryFromDoubleFloor(1 + (double)reserve * Math.Pow(10, -6 * random.NextDouble()) * 0.9, out UInt256 amountOut);
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactOut(sell, pool.Other(sell), amountOut, out SwapQuote quote));
            Assert.True(quote.AmountOut >= amountOut);
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, quote.AmountInUsed, out SwapQuote paid));
            Assert.Equal(quote.AmountOut, paid.AmountOut);
            for (UInt256 less = 1; less <= 8 && less < quote.AmountInUsed; less += 1)
            {
                pool.QuoteExactIn(sell, quote.AmountInUsed - less, out SwapQuote cheaper);
                Assert.True(cheaper.AmountOut < amountOut, $"{quote.AmountInUsed} - {less} pays {cheaper.AmountOut}");
            }
        }
    }

    /// <summary>Small enough to try every input.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void QuoteExactOut_TinyPool_IsTheLeastOfAll(bool isStable)
    {
        SolidlyPool pool = SolidlyMaker.Pool(isStable, 9_000, 11_000, 3_000, 2, 2);
        UInt256 next = 1;
        for (UInt256 amountIn = 1; amountIn < 9_000; amountIn += 1)
        {
            if (pool.QuoteExactIn(pool.Asset0, amountIn, out SwapQuote paid) != QuoteStatus.Exact)
                continue;
            for (; next <= paid.AmountOut; next += 1)
            {
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactOut(pool.Asset0, pool.Asset1, next, out SwapQuote quote));
                Assert.Equal(amountIn, quote.AmountInUsed);
            }
        }
        Assert.True(next > 4_000);
    }

    [Theory]
    [InlineData(false, 18, 6)]
    [InlineData(true, 18, 6)]
    [InlineData(true, 18, 18)]
    public void CapacityIn_Edge_IsTakenAndOneMoreIsNot(bool isStable, int decimals0, int decimals1)
    {
        SolidlyPool pool = Uneven(isStable, decimals0, decimals1);
        foreach (AssetId sell in pool.Assets)
        {
            UInt256 capacity = pool.CapacityIn(sell, pool.Other(sell));
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, capacity, out _));
            Assert.Equal(QuoteStatus.Overflow, pool.QuoteExactIn(sell, capacity + 1, out _));
        }
    }

    [Theory]
    [InlineData(false, 18, 6)]
    [InlineData(true, 18, 6)]
    [InlineData(true, 6, 18)]
    public void WriteSegments_Pool_FollowTheExactQuote(bool isStable, int decimals0, int decimals1)
    {
        SolidlyPool pool = Uneven(isStable, decimals0, decimals1);
        foreach (AssetId sell in pool.Assets)
        {
            CurveSegment[] pieces = Pieces.Of(pool, sell, pool.Other(sell));
            Assert.InRange(pieces.Length, 1, 256);
            double reserve = (double)(sell == pool.Asset0 ? pool.Reserve0 : pool.Reserve1);
            for (double growth = 1e-5; growth <= 3; growth *= 3)
            {
                UInt256.TryFromDoubleFloor(reserve * growth, out UInt256 amount);
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, amount, out SwapQuote quote));
                double unit = 2 / (double)quote.AmountOut;
                double allowed = growth <= 1e-2 ? 2e-9 : growth <= 0.1 ? 1e-7 : 2e-5;
                Assert.InRange(Pieces.OutOf(pieces, (double)amount) / (double)quote.AmountOut - 1, -allowed, allowed + unit);
            }
        }
    }

    /// <summary>The fee goes to the holders at once: what stays is the input less its fee, rounded down in the pool's favour.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Swap_OnACopy_KeepsTheFeeOutOfTheReserves(bool isStable)
    {
        SolidlyPool pool = Uneven(isStable, 18, 6);
        var copy = (SolidlyPool)pool.Copy();
        Assert.Equal(QuoteStatus.Exact, copy.Swap(pool.Asset1, pool.Asset0, 1_000_333, out SwapQuote quote));
        Assert.Equal(pool.Reserve1 + 1_000_333 - 3_000, copy.Reserve1);
        Assert.Equal(pool.Reserve0 - quote.AmountOut, copy.Reserve0);
    }

    [Fact]
    public void Apply_SyncBeyond112Bits_TurnsNotReady()
    {
        SolidlyPool pool = Uneven(false, 18, 6);
        MarketEvent e = default;
        byte[] data = new byte[2 * AbiWords.WordLength];
        (UInt256.One << 112).WriteBigEndian(data);
        UInt256.One.WriteBigEndian(data.AsSpan(AbiWords.WordLength));
        Assert.True(pool.TryReadLog([SolidlyCalls.Sync.Topic], data, ref e));
        pool.Apply(in e);
        Assert.False(pool.IsReady);
    }

    [Fact]
    public void BeginDescription_PoolOfTheOtherCurve_NamesTheRightKind()
    {
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(
            () => new SolidlyKind(isStable: false).Describe(new PoolSite(PoolMaker.At), _ => Word(1)));
        Assert.Contains(SolidlyPool.StableName, refusal.Message);
    }

    private static byte[] Word(UInt256 value)
    {
        byte[] word = new byte[AbiWords.WordLength];
        value.WriteBigEndian(word);
        return word;
    }

    private static SolidlyPool Uneven(bool isStable, int decimals0, int decimals1) => SolidlyMaker.Pool(
        isStable, UInt256.PowerOfTen(decimals0) * 5_000_000, UInt256.PowerOfTen(decimals1) * 3_000_000, 3_000, decimals0, decimals1);
}
