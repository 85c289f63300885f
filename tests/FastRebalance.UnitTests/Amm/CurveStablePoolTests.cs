using FastRebalance.Amm;
using FastRebalance.Amm.CurveFinance;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Amm.Curves;

namespace FastRebalance.UnitTests.Amm;

public class CurveStablePoolTests
{
    private static readonly UInt256 Unit = UInt256.PowerOfTen(18);

    [Theory]
    [InlineData(1u, 200u, false)]
    [InlineData(100u, 20_000u, false)]
    [InlineData(1u, 200u, true)]
    [InlineData(100u, 20_000u, true)]
    public void QuoteExactOut_AnyAmount_IsTheLeastThatPaysIt(uint precision, uint amplification, bool isFine)
    {
        // With 18 decimals on both sides every unit of the rounding shows.
        CurveStablePool pool = !isFine ? Mixed(precision, amplification) : CurveRecord.Pool(
            precision, amplification, 4_000_000, 5_000_000_000, [UInt256.PowerOfTen(24) * 3, UInt256.PowerOfTen(24)], [Unit, Unit]);
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            (AssetId sell, AssetId buy) = Direction(random, pool);
            double balance = (double)pool.Balances[pool.IndexOf(buy)];
            UInt256.TryFromDoubleFloor(1 + balance * Math.Pow(10, -6 * random.NextDouble()) * 0.9, out UInt256 amountOut);
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactOut(sell, buy, amountOut, out SwapQuote quote));
            Assert.True(quote.AmountOut >= amountOut);

            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, buy, quote.AmountInUsed, out SwapQuote paid));
            Assert.Equal(quote.AmountOut, paid.AmountOut);
            for (UInt256 less = 1; less <= 8 && less < quote.AmountInUsed; less += 1)
            {
                pool.QuoteExactIn(sell, buy, quote.AmountInUsed - less, out SwapQuote cheaper);
                Assert.True(cheaper.AmountOut < amountOut, $"{quote.AmountInUsed} - {less} pays {cheaper.AmountOut}");
            }
        }
    }

    /// <summary>Small enough to try every input.</summary>
    [Fact]
    public void QuoteExactOut_TinyPool_IsTheLeastOfAll()
    {
        CurveStablePool pool = CurveRecord.Pool(
            100, 20_000, 4_000_000, 5_000_000_000, [9_000, 11_000], [UInt256.PowerOfTen(30), UInt256.PowerOfTen(30)]);
        UInt256 next = 1;
        for (UInt256 amountIn = 1; amountIn < 9_000; amountIn += 1)
        {
            if (pool.QuoteExactIn(pool.Asset0, pool.Asset1, amountIn, out SwapQuote paid) != QuoteStatus.Exact)
                continue;
            for (; next <= paid.AmountOut; next += 1)
            {
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactOut(pool.Asset0, pool.Asset1, next, out SwapQuote quote));
                Assert.Equal(amountIn, quote.AmountInUsed);
            }
        }
        Assert.True(next > 5_000);
    }

    [Fact]
    public void QuoteExactOut_AllThatThereIs_IsRefused()
    {
        CurveStablePool pool = Mixed(1, 200);
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactOut(pool.Asset0, pool.Asset1, pool.Balances[1], out _));
    }

    [Fact]
    public void CapacityIn_Edge_IsTakenAndOneMoreIsNot()
    {
        CurveStablePool pool = Mixed(100, 20_000);
        foreach ((AssetId sell, AssetId buy) in Directions(pool))
        {
            UInt256 capacity = pool.CapacityIn(sell, buy);
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, buy, capacity, out _));
            Assert.Equal(QuoteStatus.Overflow, pool.QuoteExactIn(sell, buy, capacity + 1, out _));
        }
    }

    [Fact]
    public void WriteSegments_Pool_FollowTheExactQuote()
    {
        CurveStablePool pool = Mixed(100, 20_000);
        foreach ((AssetId sell, AssetId buy) in Directions(pool))
        {
            CurveSegment[] pieces = Pieces.Of(pool, sell, buy);
            Assert.InRange(pieces.Length, 1, 256);
            for (double growth = 1e-5; growth <= 0.1; growth *= 3)
            {
                UInt256.TryFromDoubleFloor((double)pool.Balances[pool.IndexOf(sell)] * growth, out UInt256 amount);
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, buy, amount, out SwapQuote quote));
                double unit = 2 / (double)quote.AmountOut;
                Assert.InRange(Pieces.OutOf(pieces, (double)amount) / (double)quote.AmountOut - 1, -1e-7, 1e-7 + unit);
                if (growth <= 1e-2)
                    Assert.InRange(Pieces.OutOf(pieces, (double)amount) / (double)quote.AmountOut - 1, -2e-9, 2e-9 + unit);
            }
        }
    }

    /// <summary>By the contract's own steps: half of a fee of 0.04 % leaves with the coins, at the precision of the coin.</summary>
    [Fact]
    public void Swap_OnACopy_TakesTheAdminsPartOut()
    {
        CurveStablePool pool = Mixed(100, 20_000);
        Pool copy = pool.Copy();
        UInt256 amount = Unit * 1_000;
        Assert.Equal(QuoteStatus.Exact, copy.Swap(pool.Assets[0], pool.Assets[1], amount, out SwapQuote quote));

        Assert.Equal(QuoteStatus.Exact, pool.Paid(0, 1, amount, out UInt256 paid));
        UInt256 admins = paid * 4_000_000 / UInt256.PowerOfTen(10) / 2 * Unit / UInt256.PowerOfTen(30);
        Assert.InRange((ulong)admins, 199_000UL, 201_000UL);
        Assert.Equal(pool.Balances[1] - quote.AmountOut - admins, ((CurveStablePool)copy).Balances[1]);
        Assert.Equal(pool.Balances[0] + amount, ((CurveStablePool)copy).Balances[0]);
    }

    [Fact]
    public void Apply_ExchangeLog_MovesAsTheSwapDid()
    {
        CurveStablePool pool = Mixed(1, 200);
        Pool copy = pool.Copy();
        copy.Swap(pool.Assets[2], pool.Assets[0], UInt256.PowerOfTen(12), out SwapQuote quote);

        pool.Apply(Read(pool, Words([2, UInt256.PowerOfTen(12), 0, quote.AmountOut])));

        Assert.True(pool.IsReady);
        Assert.True(((CurveStablePool)copy).Balances.SequenceEqual(pool.Balances));
    }

    [Fact]
    public void Apply_ExchangeLogThatPaidSomethingElse_TurnsNotReady()
    {
        CurveStablePool pool = Mixed(1, 200);
        pool.QuoteExactIn(pool.Assets[2], pool.Assets[0], UInt256.PowerOfTen(12), out SwapQuote quote);
        pool.Apply(Read(pool, Words([2, UInt256.PowerOfTen(12), 0, quote.AmountOut + 1])));
        Assert.False(pool.IsReady);
    }

    [Fact]
    public void Apply_LiquidityLog_TurnsNotReady()
    {
        CurveStablePool pool = Mixed(1, 200);
        MarketEvent e = default;
        Assert.True(pool.TryReadLog([CurveCalls.Resets[1].Topic, Hash32.Zero], new byte[256], ref e));
        pool.Apply(in e);
        Assert.False(pool.IsReady);
    }

    [Theory]
    [InlineData(0xb1373929, "another invariant")]
    [InlineData(0x5d6362bb, "base pool")]
    [InlineData(0xb9947eb0, "lent coins")]
    [InlineData(0x8edfdd5f, "depends on its balances")]
    [InlineData(0xfd0684b1, "rates that may move")]
    public void BeginDescription_PoolOfAnotherMake_IsRefusedByName(uint answers, string reason)
    {
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() =>
            new CurveStableKind().Describe(new PoolSite(PoolMaker.At), call => Answer(call.Data, answers, signed: false)));
        Assert.Contains(reason, refusal.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BeginDescription_ThreePlainCoins_NamesThemInOrder(bool signed)
    {
        PoolFacts facts = new CurveStableKind().Describe(new PoolSite(PoolMaker.At), call => Answer(call.Data, 0, signed));
        Assert.Equal(BalancerRecord.Tokens(3), facts.Tokens);
        Assert.Equal("1", facts.Parameters[CurveStablePool.PrecisionFact]);
        Assert.Equal(signed, facts.Parameters.ContainsKey(CurveStablePool.SignedNumbersFact));
    }

    private static byte[] Answer(byte[] call, uint also, bool signed)
    {
        uint selector = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(call);
        if (selector == also)
            return Words([1]);
        return selector switch
        {
            0xf446c1d0 => Words([200]),
            0xddca3f43 => Words([4_000_000]),
            0xfee3f7f9 => Words([5_000_000_000]),
            0x313ce567 => Words([18]),
            0xc6610657 when !signed && call[^1] < 3 => Words([0x10u + call[^1]]),
            0x23746eb8 when signed && call[^1] < 3 => Words([0x10u + call[^1]]),
            _ => [],
        };
    }

    /// <summary>Coins of 18, 6 and 8 decimals.</summary>
    private static CurveStablePool Mixed(uint precision, uint amplification) => CurveRecord.Pool(
        precision, amplification, 4_000_000, 5_000_000_000,
        [UInt256.PowerOfTen(24) * 2, UInt256.PowerOfTen(12) * 3, UInt256.PowerOfTen(14)],
        [Unit, UInt256.PowerOfTen(30), UInt256.PowerOfTen(28)]);

    private static (AssetId Sell, AssetId Buy) Direction(Random random, Pool pool)
    {
        List<(AssetId, AssetId)> all = [.. Directions(pool)];
        return all[random.Next(all.Count)];
    }

    private static IEnumerable<(AssetId Sell, AssetId Buy)> Directions(Pool pool)
    {
        AssetId[] assets = pool.Assets.ToArray();
        return assets.SelectMany(sell => assets.Where(buy => buy != sell).Select(buy => (sell, buy)));
    }

    private static MarketEvent Read(Pool pool, byte[] data)
    {
        MarketEvent e = default;
        Assert.True(pool.TryReadLog([CurveCalls.TokenExchange.Topic, Hash32.Zero], data, ref e));
        return e;
    }

    private static byte[] Words(UInt256[] values)
    {
        byte[] words = new byte[values.Length * UInt256.ByteLength];
        for (int i = 0; i < values.Length; i++)
            values[i].WriteBigEndian(words.AsSpan(i * UInt256.ByteLength));
        return words;
    }
}
