using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Amm;

public class UniswapV3PoolTests
{
    private const ulong Deep = 1_000_000_000_000_000_000;

    /// <summary>Several ranges round the price, a gap without liquidity on both sides, and an island beyond each gap.</summary>
    private static UniswapV3Pool Islands(int tick = 17) => PoolMaker.V3(
        tick, 500, 10, (-2_000, 2_000, Deep), (-500, 300, 3 * Deep), (10, 20, 7 * Deep),
        (9_000, 20_000, Deep / 3), (-30_000, -7_000, Deep / 5));

    [Fact]
    public void QuoteExactIn_MoreIn_NeverLessOut()
    {
        UniswapV3Pool pool = Islands();
        foreach (AssetId sell in new[] { pool.Asset0, pool.Asset1 })
        {
            UInt256 before = UInt256.Zero;
            double perUnitBefore = double.PositiveInfinity;
            for (UInt256 amount = 1; amount.BitLength < 100; amount = amount * 9 / 8 + 1)
            {
                pool.QuoteExactIn(sell, amount, out SwapQuote quote);
                Assert.True(quote.AmountOut >= before, $"{amount}: {quote.AmountOut} < {before}");
                Assert.True(quote.AmountInUsed <= amount);
                before = quote.AmountOut;

                // The average rate only falls, once dust is past.
                double perUnit = (double)quote.AmountOut / (double)amount;
                if (amount.BitLength > 45)
                {
                    Assert.True(perUnit <= perUnitBefore * (1 + 1e-9));
                    perUnitBefore = perUnit;
                }
            }
        }
    }

    [Fact]
    public void QuoteExactIn_MoreThanAllRanges_TellsWhatWouldBeTaken()
    {
        UniswapV3Pool pool = Islands();

        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset1, UInt256.MaxValue >> 1, out SwapQuote all));
        Assert.True(all.AmountInUsed < UInt256.MaxValue >> 1);

        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(pool.Asset1, all.AmountInUsed, out SwapQuote exact));
        Assert.Equal(all.AmountOut, exact.AmountOut);
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset1, all.AmountInUsed + 1, out _));
    }

    [Fact]
    public void QuoteExactIn_AmountBeyondSignedRange_IsOverflow()
    {
        UniswapV3Pool pool = Islands();
        Assert.Equal(QuoteStatus.Overflow, pool.QuoteExactIn(pool.Asset0, UInt256.One << 255, out _));
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset0, (UInt256.One << 255) - 1, out _));
    }

    [Fact]
    public void QuoteExactIn_Dust_IsAllFee()
    {
        UniswapV3Pool pool = Islands();
        Assert.Equal(QuoteStatus.ZeroOutput, pool.QuoteExactIn(pool.Asset0, 1, out SwapQuote quote));
        Assert.Equal(UInt256.One, quote.AmountInUsed);
    }

    [Fact]
    public void QuoteExactIn_NoLiquidityAnywhere_TakesNothing()
    {
        UniswapV3Pool pool = PoolMaker.V3(0, 3_000, 60);
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset0, 1_000, out SwapQuote quote));
        Assert.True(quote.AmountInUsed.IsZero);
    }

    [Fact]
    public void QuoteExactIn_UninitialisedPool_TakesNothing()
    {
        UniswapV3Pool pool = PoolMaker.V3();
        pool.Apply(PoolMaker.Price(0, 0, 0));
        pool.Apply(PoolMaker.Ready());
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset0, 1_000, out _));
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset1, 1_000, out _));
        Assert.Equal(0, pool.SpotRate(pool.Asset0));
    }

    [Fact]
    public void QuoteExactIn_WordWithoutTicks_StillStopsAtItsEnd()
    {
        // One wide position, so nothing but word ends lies on the way; the sum of the pieces is what the contract pays.
        UniswapV3Pool pool = PoolMaker.V3(0, 3_000, 60, (-887_220, 887_220, 1_000_003));
        pool.QuoteExactIn(pool.Asset0, 10_000_000_000, out SwapQuote quote);
        UInt256 remaining = 10_000_000_000, total = 0;
        UInt256 price = TickMath.SqrtRatioAtTick(0);
        for (int word = 0; !remaining.IsZero; word--)
        {
            Assert.True(SwapMath.TryStep(price, TickMath.SqrtRatioAtTick(word * 256 * 60), 1_000_003, remaining, 3_000, out SwapStep step));
            remaining -= step.AmountIn + step.Fee;
            total += step.AmountOut;
            price = step.Price;
        }
        Assert.True(SwapMath.TryStep(
            TickMath.SqrtRatioAtTick(0), TickMath.MinSqrtRatio, 1_000_003, 10_000_000_000, 3_000, out SwapStep leap));

        Assert.Equal(total, quote.AmountOut);
        Assert.True(leap.AmountOut > total, "the example must be one where leaping over word ends promises too much");
    }

    [Fact]
    public void Apply_MintThenBurn_RestoresEveryQuote()
    {
        UniswapV3Pool pool = Islands();
        int ticks = pool.Ticks.Count;
        pool.QuoteExactIn(pool.Asset0, Deep, out SwapQuote before);

        pool.Apply(PoolMaker.Change(-4_000, 40, (Int128)Deep * 9));
        pool.Apply(PoolMaker.Change(-1_000, -900, Deep));
        pool.QuoteExactIn(pool.Asset0, Deep, out SwapQuote between);
        Assert.NotEqual(before.AmountOut, between.AmountOut);
        Assert.Equal(ticks + 4, pool.Ticks.Count);

        pool.Apply(PoolMaker.Change(-4_000, 40, (Int128)Deep * -9));
        pool.Apply(PoolMaker.Change(-1_000, -900, -(Int128)Deep));
        pool.QuoteExactIn(pool.Asset0, Deep, out SwapQuote after);
        Assert.Equal(before.AmountOut, after.AmountOut);
        Assert.Equal(ticks, pool.Ticks.Count);
        Assert.True(pool.IsReady);
    }

    [Theory]
    [InlineData(-2_000, 2_000, -2)]
    [InlineData(-2_000, 2_010, -1)]
    [InlineData(20, 10, 1)]
    [InlineData(11, 20, 1)]
    [InlineData(-900_000, 20, 1)]
    public void Apply_ImpossibleChange_MakesThePoolNotReady(int lower, int upper, int timesDeep)
    {
        UniswapV3Pool pool = Islands();
        pool.Apply(PoolMaker.Change(lower, upper, (Int128)Deep * timesDeep));

        Assert.False(pool.IsReady);
        Assert.Equal(QuoteStatus.NotReady, pool.QuoteExactIn(pool.Asset0, Deep, out _));
    }

    [Fact]
    public void Apply_PriceOutsideTheScale_MakesThePoolNotReady()
    {
        foreach (UInt256 price in new[] { TickMath.MinSqrtRatio - 1, TickMath.MaxSqrtRatio })
        {
            UniswapV3Pool pool = Islands();
            pool.Apply(PoolMaker.Price(price, Deep, 0));
            Assert.False(pool.IsReady);
        }
    }

    [Fact]
    public void TryReadLog_MintAndBurn_AreOppositeChanges()
    {
        UniswapV3Pool pool = Islands();
        Hash32[] ticks = [new Hash32(Word(-120)), new Hash32(Word(240))];
        MarketEvent mint = default, burn = default;

        Assert.True(pool.TryReadLog(
            [UniswapV3Pool.MintEvent.Topic, default, .. ticks], [.. Word(1), .. Word(77), .. Word(2), .. Word(3)], ref mint));
        Assert.True(pool.TryReadLog([UniswapV3Pool.BurnEvent.Topic, default, .. ticks], [.. Word(77), .. Word(2), .. Word(3)], ref burn));

        Assert.Equal(MarketEventKind.LiquidityChange, mint.Kind);
        Assert.Equal(pool.Id, mint.Pool);
        Assert.Equal((-120, 240, (Int128)77), (mint.Liquidity.TickLower, mint.Liquidity.TickUpper, mint.Liquidity.Delta));
        Assert.Equal((-120, 240, (Int128)(-77)), (burn.Liquidity.TickLower, burn.Liquidity.TickUpper, burn.Liquidity.Delta));
    }

    [Fact]
    public void TryReadLog_Swap_CarriesTheNewPrice()
    {
        UniswapV3Pool pool = Islands();
        MarketEvent e = default;
        Assert.True(pool.TryReadLog(
            [UniswapV3Pool.SwapEvent.Topic, default, default],
            [.. Word(5), .. Word(-5), .. Word(long.MaxValue), .. Word(42), .. Word(-9)], ref e));

        Assert.Equal(MarketEventKind.Concentrated, e.Kind);
        Assert.Equal((UInt256)(ulong)long.MaxValue, e.Concentrated.SqrtPriceX96);
        Assert.Equal((UInt128)42, e.Concentrated.Liquidity);
        Assert.Equal(-9, e.Concentrated.Tick);
    }

    [Fact]
    public void TryReadLog_MalformedFields_AreRefused()
    {
        UniswapV3Pool pool = Islands();
        MarketEvent e = default;
        byte[] swap = [.. Word(5), .. Word(-5), .. Word(long.MaxValue), .. Word(42), .. Word(-9)];
        Hash32[] topics = [UniswapV3Pool.SwapEvent.Topic, default, default];

        Assert.False(pool.TryReadLog(topics, swap.AsSpan(1), ref e));
        Assert.False(pool.TryReadLog(topics.AsSpan(1), swap, ref e));
        foreach (int dirty in new[] { 2 * 32 + 11, 3 * 32 + 15, 4 * 32 + 3 })
        {
            byte[] broken = (byte[])swap.Clone();
            broken[dirty] ^= 1;
            Assert.False(pool.TryReadLog(topics, broken, ref e));
        }
        Assert.False(pool.TryReadLog(
            [UniswapV3Pool.BurnEvent.Topic, default, new Hash32(Word(5)), new Hash32(Word(240))],
            [.. Word(77), .. Word(2), .. Word(3)], ref e));
    }

    [Fact]
    public void TryGetCurve_InsideTheRange_FollowsTheExactQuote()
    {
        UniswapV3Pool pool = Islands();
        foreach (AssetId sell in new[] { pool.Asset0, pool.Asset1 })
        {
            Assert.True(pool.TryGetCurve(sell, out SwapCurve curve));
            UInt256 amount = Deep / 1_000;
            pool.QuoteExactIn(sell, amount, out SwapQuote quote);
            Assert.Equal(1, curve.Out((double)amount) / (double)quote.AmountOut, 1e-9);
        }
    }

    [Fact]
    public void QuoteExactOut_AnyAmount_IsCoveredByWhatItAsks()
    {
        UniswapV3Pool pool = Islands();
        int answered = 0;
        foreach (AssetId sell in new[] { pool.Asset0, pool.Asset1 })
        {
            UInt256 before = UInt256.Zero;
            for (UInt256 wanted = 1; wanted.BitLength < 100; wanted = wanted * 9 / 8 + 1)
            {
                if (pool.QuoteExactOut(sell, pool.Other(sell), wanted, out SwapQuote quote) != QuoteStatus.Exact)
                    break;
                Assert.Equal(wanted, quote.AmountOut);
                Assert.True(quote.AmountInUsed >= before, $"{wanted}: {quote.AmountInUsed} < {before}");
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, quote.AmountInUsed, out SwapQuote paid));
                Assert.True(paid.AmountOut >= wanted, $"{quote.AmountInUsed} pays {paid.AmountOut}, {wanted} were wanted");
                before = quote.AmountInUsed;
                answered++;
            }
        }
        Assert.True(answered > 600, $"{answered}");
    }

    [Fact]
    public void QuoteExactOut_MoreThanAllRanges_TellsWhatThereIs()
    {
        UniswapV3Pool pool = Islands();
        foreach (AssetId sell in new[] { pool.Asset0, pool.Asset1 })
        {
            AssetId buy = pool.Other(sell);
            Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactOut(sell, buy, UInt256.MaxValue >> 1, out SwapQuote all));
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactOut(sell, buy, all.AmountOut, out SwapQuote exact));
            Assert.Equal(all.AmountInUsed, exact.AmountInUsed);
            Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactOut(sell, buy, all.AmountOut + 1, out _));
            Assert.Equal(QuoteStatus.Overflow, pool.QuoteExactOut(sell, buy, UInt256.One << 255, out _));
        }
    }

    [Fact]
    public void QuoteExactOut_WordWithoutTicks_StillStopsAtItsEnd()
    {
        UniswapV3Pool pool = PoolMaker.V3(0, 3_000, 60, (-887_220, 887_220, 1_000_003));
        pool.QuoteExactOut(pool.Asset0, pool.Asset1, 990_000, out SwapQuote quote);
        UInt256 remaining = 990_000, total = 0;
        UInt256 price = TickMath.SqrtRatioAtTick(0);
        for (int word = 0; !remaining.IsZero; word--)
        {
            Assert.True(SwapMath.TryStepOut(price, TickMath.SqrtRatioAtTick(word * 256 * 60), 1_000_003, remaining, 3_000, out SwapStep step));
            remaining -= step.AmountOut;
            total += step.AmountIn + step.Fee;
            price = step.Price;
        }
        Assert.True(SwapMath.TryStepOut(
            TickMath.SqrtRatioAtTick(0), TickMath.MinSqrtRatio, 1_000_003, 990_000, 3_000, out SwapStep leap));

        Assert.Equal(total, quote.AmountInUsed);
        Assert.True(leap.AmountIn + leap.Fee < total, "the example must be one where leaping over word ends asks too little");
    }

    [Fact]
    public void Swap_OnACopy_LeavesStateTickAndLiquidityOfItsPrice()
    {
        Random random = new(8117);
        for (int round = 0; round < 200; round++)
        {
            UniswapV3Pool source = Islands(random.Next(-2_500, 2_500));
            var copy = (UniswapV3Pool)source.Copy();
            for (int swap = 0; swap < 5; swap++)
            {
                AssetId sell = random.Next(2) == 0 ? copy.Asset0 : copy.Asset1;
                UInt256 amount = (UInt256)(ulong)random.NextInt64(1, 1L << random.Next(10, 62));
                if (copy.Swap(sell, copy.Other(sell), amount, out _) is not QuoteStatus.Exact)
                    continue;
                ConcentratedState state = copy.State;
                int own = TickMath.TickAtSqrtRatio(state.SqrtPriceX96);
                bool isBelowItsPrice = state.Tick == own - 1 && state.SqrtPriceX96 == TickMath.SqrtRatioAtTick(own);
                Assert.True(state.Tick == own || isBelowItsPrice, $"tick {state.Tick} at the price of {own}");
                Int128 active = 0;
                for (int i = 0; i <= copy.Ticks.Floor(state.Tick); i++)
                    active += copy.Ticks.NetAt(i);
                Assert.Equal((UInt128)active, state.Liquidity);
            }
            Assert.Equal(source.Ticks.Count, copy.Ticks.Count);
        }
    }

    [Fact]
    public void Swap_EndingOnATickDownwards_StoresTheTickBelow()
    {
        UniswapV3Pool source = PoolMaker.V3(100, 500, 10, (-2_000, 2_000, Deep), (-500, 50, Deep));
        var copy = (UniswapV3Pool)source.Copy();
        Assert.True(SwapMath.TryStep(
            TickMath.SqrtRatioAtTick(100), TickMath.SqrtRatioAtTick(50), Deep, UInt256.One << 200, 500, out SwapStep whole));

        Assert.Equal(QuoteStatus.Exact, copy.Swap(copy.Asset0, copy.Asset1, whole.AmountIn + whole.Fee, out _));

        Assert.Equal((TickMath.SqrtRatioAtTick(50), 49, (UInt128)(2 * Deep)), (copy.State.SqrtPriceX96, copy.State.Tick, copy.State.Liquidity));
        Assert.Equal(100, source.State.Tick);
    }

    [Fact]
    public void TryEncodeHop_BothWays_AsksThePoolItselfWithTheOutermostPrice()
    {
        UniswapV3Pool pool = Islands();
        Address to = Address.Parse("0x00000000000000000000000000000000000000cc");
        byte[] data = new byte[4 + 6 * 32];
        foreach ((AssetId sell, AssetId buy, UInt256 limit) in new[]
        {
            (pool.Asset0, pool.Asset1, TickMath.MinSqrtRatio + 1), (pool.Asset1, pool.Asset0, TickMath.MaxSqrtRatio - 1),
        })
        {
            Assert.True(pool.TryEncodeHop(new SwapHop(sell, buy, 77, 70, 69, to), data, out Address target, out int length));

            Assert.Equal((pool.Address, data.Length), (target, length));
            byte[] recipient = [.. new byte[12], .. to.Span];
            byte[] expected =
            [
                0x12, 0x8a, 0xcb, 0x08, .. recipient, .. Word(sell == pool.Asset0 ? 1 : 0), .. Word(77), .. BigEndian(limit), .. Word(160), .. Word(0),
            ];
            Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(data));
        }
        Assert.False(pool.TryEncodeHop(new SwapHop(pool.Asset0, pool.Asset1, 77, 70, 69, to), data.AsSpan(1), out _, out _));
        Assert.False(pool.TryEncodeHop(new SwapHop(pool.Asset0, pool.Asset0, 77, 70, 69, to), data, out _, out _));
        Assert.False(pool.TryEncodeHop(new SwapHop(pool.Asset0, pool.Asset1, UInt256.One << 255, 70, 69, to), data, out _, out _));
    }

    private static byte[] BigEndian(UInt256 value)
    {
        byte[] word = new byte[32];
        value.WriteBigEndian(word);
        return word;
    }

    private static byte[] Word(long value)
    {
        byte[] word = new byte[32];
        word.AsSpan().Fill(value < 0 ? (byte)0xff : (byte)0);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(word.AsSpan(24), value);
        return word;
    }
}
