using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Routing.Quotes;
using FastRebalance.Native;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Routing.Quotes;

/// <summary>Batches of quotes, native and managed, against each other and against the pools.</summary>
public sealed class QuoteBatchTests
{
    private const int Cases = 24_000;
    private const int MaxStops = 6;

    private static readonly AssetId A = AssetId.FromIndex(0);
    private static readonly AssetId B = AssetId.FromIndex(1);

    [Fact]
    public void TryQuoteV2_SeededRequests_NativeAndManagedAgreeToTheUnit()
    {
        IQuoteBatch native = Native(), managed = new ManagedQuoteBatch();
        Random random = new(11);
        V2QuoteRequest[] requests = new V2QuoteRequest[Cases];
        foreach (ref V2QuoteRequest request in requests.AsSpan())
            request = RandomV2(random);
        V2Quote[] one = new V2Quote[Cases], other = new V2Quote[Cases];

        Assert.True(native.TryQuoteV2(requests, one) && managed.TryQuoteV2(requests, other));

        for (int i = 0; i < Cases; i++)
            Assert.True(
                (one[i].Status, one[i].AmountOut) == (other[i].Status, other[i].AmountOut),
                $"request {i}: native {one[i].Status} {one[i].AmountOut}, managed {other[i].Status} {other[i].AmountOut}");
        AssertAllSeen(one.Select(q => q.Status));
    }

    [Fact]
    public void TryQuoteV3_SeededWalks_NativeAndManagedAgreeToTheUnit()
    {
        IQuoteBatch native = Native(), managed = new ManagedQuoteBatch();
        Random random = new(12);
        List<V3Stop> stops = [];
        V3QuoteRequest[] requests = new V3QuoteRequest[Cases];
        foreach (ref V3QuoteRequest request in requests.AsSpan())
            request = RandomV3(random, stops);
        V3Quote[] one = new V3Quote[Cases], other = new V3Quote[Cases];

        Assert.True(native.TryQuoteV3(requests, stops.ToArray(), one) && managed.TryQuoteV3(requests, stops.ToArray(), other));

        for (int i = 0; i < Cases; i++)
            Assert.True(Text(one[i]) == Text(other[i]), $"request {i}: native {Text(one[i])}, managed {Text(other[i])}");
        AssertAllSeen(one.Select(q => q.Status));
        Assert.True(one.Count(q => q.StopsPassed > 1) > Cases / 20);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void TryQuoteV2_SeededPairs_AnswersAsThePoolDoes(bool isNative)
    {
        IQuoteBatch batch = isNative ? Native() : new ManagedQuoteBatch();
        Random random = new(13);
        for (int round = 0; round < 3_000; round++)
        {
            PoolFacts facts = new(UniswapV2Pool.KindName, Token(9), Token(1), Token(2), random.Next(3) == 0 ? (uint)random.Next(1_000_000) : 3000);
            UniswapV2Pool pool = new(facts, PoolId.FromIndex(0), [A, B]);
            Apply(pool, new MarketEvent
            {
                Kind = MarketEventKind.Reserves, Reserves = new PoolReserves { Reserve0 = Wide(random, 112), Reserve1 = Wide(random, 112) },
            });
            UInt256 amount = Wide(random, random.Next(10) == 0 ? 256 : 112);
            AssetId sell = random.Next(2) == 0 ? A : B;
            V2Quote[] quotes = new V2Quote[1];

            Assert.True(QuoteRequests.TryMake(pool, sell, in amount, out V2QuoteRequest request));
            Assert.True(batch.TryQuoteV2([request], quotes));

            QuoteStatus status = pool.QuoteExactIn(sell, in amount, out SwapQuote expected);
            Assert.Equal((int)status, (int)quotes[0].Status);
            Assert.Equal(status == QuoteStatus.Exact ? expected.AmountOut : 0, quotes[0].AmountOut);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void TryQuoteV3_SeededPools_AnswersAsThePoolDoes(bool isNative)
    {
        IQuoteBatch batch = isNative ? Native() : new ManagedQuoteBatch();
        Random random = new(14);
        ConcentratedStop[] scratch = new ConcentratedStop[20_000];
        V3Stop[] stops = new V3Stop[scratch.Length];
        HashSet<QuoteStatus> seen = [];
        int passed = 0;
        for (int round = 0; round < 400; round++)
        {
            UniswapV3Pool pool = RandomPool(random);
            AssetId sell = random.Next(2) == 0 ? A : B;
            int count = QuoteRequests.WriteStops(pool, sell, scratch, stops);
            Assert.InRange(count, 1, scratch.Length - 1);
            for (int question = 0; question < 6; question++)
            {
                UInt256 amount = Wide(random, random.Next(10) == 0 ? 256 : 110);
                V3Quote[] quotes = new V3Quote[1];

                Assert.True(QuoteRequests.TryMake(pool, sell, in amount, 0, count, out V3QuoteRequest request));
                Assert.True(batch.TryQuoteV3([request], stops.AsSpan(0, count), quotes));

                QuoteStatus status = pool.QuoteExactIn(sell, in amount, out SwapQuote expected);
                Assert.Equal((int)status, (int)quotes[0].Status);
                if (status is QuoteStatus.Exact or QuoteStatus.InsufficientLiquidity or QuoteStatus.ZeroOutput)
                    Assert.Equal((expected.AmountOut, expected.AmountInUsed), (Number(quotes[0].AmountOut), Number(quotes[0].AmountInUsed)));
                seen.Add(status);
                passed += quotes[0].StopsPassed;
            }
        }
        Assert.Superset(new HashSet<QuoteStatus> { QuoteStatus.Exact, QuoteStatus.InsufficientLiquidity, QuoteStatus.ZeroOutput, QuoteStatus.Overflow }, seen);
        Assert.True(passed > 1_000, $"{passed} stops passed");
    }

    [Fact]
    public void TryMake_PoolNotReady_IsFalse()
    {
        UniswapV2Pool pair = new(new PoolFacts(UniswapV2Pool.KindName, Token(9), Token(1), Token(2), 3000), PoolId.FromIndex(0), [A, B]);
        UniswapV3Pool pool = new(new PoolFacts(UniswapV3Pool.KindName, Token(9), Token(1), Token(2), 3000, 60), PoolId.FromIndex(0), [A, B]);

        Assert.False(QuoteRequests.TryMake(pair, A, 1, out _));
        Assert.False(QuoteRequests.TryMake(pool, A, 1, 0, 0, out _));
        Assert.Equal(0, pool.WriteStops(A, new ConcentratedStop[4]));
        Apply(pair, new MarketEvent { Kind = MarketEventKind.Reserves, Reserves = new PoolReserves { Reserve0 = 5, Reserve1 = 5 } });
        Assert.False(QuoteRequests.TryMake(pair, AssetId.FromIndex(2), 1, out _));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void TryQuote_NoRoomForTheQuotes_IsFalse(bool isNative)
    {
        IQuoteBatch batch = isNative ? Native() : new ManagedQuoteBatch();

        Assert.False(batch.TryQuoteV2(new V2QuoteRequest[2], new V2Quote[1]));
        Assert.False(batch.TryQuoteV3(new V3QuoteRequest[2], [], new V3Quote[1]));
        Assert.True(batch.TryQuoteV2([], []) && batch.TryQuoteV3([], [], []));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void TryQuote_ManyCalls_AllocatesNothing(bool isNative)
    {
        IQuoteBatch batch = isNative ? Native() : new ManagedQuoteBatch();
        Random random = new(15);
        List<V3Stop> list = [];
        V2QuoteRequest[] pairs = [.. Enumerable.Range(0, 20).Select(_ => RandomV2(random))];
        V3QuoteRequest[] pools = [.. Enumerable.Range(0, 20).Select(_ => RandomV3(random, list))];
        V3Stop[] stops = [.. list];
        V2Quote[] two = new V2Quote[20];
        V3Quote[] three = new V3Quote[20];
        batch.TryQuoteV2(pairs, two);
        batch.TryQuoteV3(pools, stops, three);

        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 100; i++)
            {
                batch.TryQuoteV2(pairs, two);
                batch.TryQuoteV3(pools, stops, three);
            }
        Assert.Equal(0, watch.LeastBytes);
    }

    [Fact]
    public void Best_LibraryThereOrNot_SaysWhichServesAndWhy()
    {
        IQuoteBatch batch = QuoteBatches.Best(out string reason);
        bool available = AmmQuotes.IsAvailable(out string why);

        Assert.Equal(available ? "native" : "managed", batch.Name);
        Assert.StartsWith(batch.Name, reason);
        Assert.EndsWith(why, reason);
    }

    [Fact]
    public void Layout_SharedStructures_AreTheHeaders()
    {
        Assert.Equal(
            [32, 72, 24, 48, 96, 72],
            [
                Unsafe.SizeOf<Wide256>(), Unsafe.SizeOf<V2QuoteRequest>(), Unsafe.SizeOf<V2Quote>(), Unsafe.SizeOf<V3Stop>(),
                Unsafe.SizeOf<V3QuoteRequest>(), Unsafe.SizeOf<V3Quote>(),
            ]);
    }

    [Fact]
    public void Statuses_ByHeader_SameNumbers()
    {
        string header = File.ReadAllText(Path.Combine(SharedFiles.Root, "native", "include", "fastrebalance.h"));
        Dictionary<string, int> declared = Regex.Matches(header, @"^\s+FR_([A-Z_]+) = (-?\d+),? ", RegexOptions.Multiline)
            .ToDictionary(m => m.Groups[1].Value.Replace("_", ""), m => int.Parse(m.Groups[2].Value), StringComparer.OrdinalIgnoreCase);

        foreach (NativeQuoteStatus status in Enum.GetValues<NativeQuoteStatus>().Except([NativeQuoteStatus.Unquoted]))
            Assert.Equal(declared["QUOTE" + status], (int)status);
        Assert.Equal(Enum.GetValues<NativeQuoteStatus>().Length - 1, declared.Keys.Count(k => k.StartsWith("QUOTE", StringComparison.Ordinal)));
        foreach (QuoteBatchStatus status in Enum.GetValues<QuoteBatchStatus>().Except([QuoteBatchStatus.Unquoted, QuoteBatchStatus.LibraryMissing]))
            Assert.Equal(declared[status.ToString()], (int)status);
    }

    private static NativeQuoteBatch Native()
    {
        Assert.SkipUnless(AmmQuotes.IsAvailable(out string why), why);
        return new NativeQuoteBatch();
    }

    private static void AssertAllSeen(IEnumerable<NativeQuoteStatus> statuses)
    {
        Dictionary<NativeQuoteStatus, int> seen = statuses.CountBy(s => s).ToDictionary();
        foreach (NativeQuoteStatus status in Enum.GetValues<NativeQuoteStatus>().Except([NativeQuoteStatus.Unquoted]))
            Assert.True(seen.GetValueOrDefault(status) > 50, $"{status} was seen {seen.GetValueOrDefault(status)} times");
    }

    private static V2QuoteRequest RandomV2(Random random)
    {
        (uint Kept, uint Whole)[] fees = [(997, 1000), (997, 1000), (399, 400), (1, 1), (1, 1_000_000), (999_999, 1_000_000), (997, 999_983), (0, 1), (3, 2)];
        (uint kept, uint whole) = fees[random.Next(fees.Length)];
        return new V2QuoteRequest
        {
            ReserveIn = (UInt128)Wide(random, random.Next(20) == 0 ? 113 : 112),
            ReserveOut = (UInt128)Wide(random, random.Next(20) == 0 ? 128 : 112),
            AmountIn = ToWide(Wide(random, random.Next(20) == 0 ? 256 : 112)),
            FeeKept = kept,
            FeeWhole = whole,
        };
    }

    /// <summary>Prices near each other or anywhere, liquidity of all sizes, ticks that add and take; now and then something unsound.</summary>
    private static V3QuoteRequest RandomV3(Random random, List<V3Stop> stops)
    {
        bool isNear = random.Next(3) > 0, sellsToken0 = random.Next(2) == 0;
        UInt256[] prices = [.. Enumerable.Range(0, MaxStops + 1).Select(_ => isNear ? (UInt256.One << 96) + Wide(random, 80) : Wide(random, 160)).Order()];
        if (sellsToken0)
            Array.Reverse(prices);
        V3QuoteRequest request = new()
        {
            AmountIn = ToWide(Wide(random, random.Next(8) == 0 ? 256 : 128)),
            Price = ToWide(prices[0]),
            Liquidity = (UInt128)Wide(random, 128),
            FeePips = random.Next(4) > 0 ? 3000 : (uint)random.Next(random.Next(50) == 0 ? 2_000_000 : 1_000_000),
            SellsToken0 = sellsToken0 ? 1 : 0,
            FirstStop = stops.Count,
            StopCount = random.Next(MaxStops + 1),
        };
        for (int i = 1; i <= MaxStops; i++)
        {
            Int128 net = random.Next(3) == 0 ? 0 : random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            stops.Add(new V3Stop
            {
                Price = ToWide(random.Next(100) == 0 ? Wide(random, 161) : prices[i]), Net = random.Next(40) == 0 ? Int128.MinValue : net,
            });
        }
        return request;
    }

    private static UniswapV3Pool RandomPool(Random random)
    {
        int spacing = new[] { 1, 10, 60, 200 }[random.Next(4)];
        PoolFacts facts = new(UniswapV3Pool.KindName, Token(9), Token(1), Token(2), random.Next(2) == 0 ? 3000u : 500u, spacing);
        UniswapV3Pool pool = new(facts, PoolId.FromIndex(0), [A, B]);
        int width = spacing * 300, tick = random.Next(-width, width);
        UInt256 price = TickMath.SqrtRatioAtTick(tick);
        if (random.Next(3) > 0) // not on the tick itself
            price += Wide(random, 70);
        Apply(pool, new MarketEvent { Kind = MarketEventKind.Concentrated, Concentrated = new ConcentratedState { SqrtPriceX96 = price, Tick = tick } });
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            int lower = random.Next(-300, 300), upper = lower + random.Next(1, 200);
            Apply(pool, new MarketEvent
            {
                Kind = MarketEventKind.LiquidityChange,
                Liquidity = new LiquidityChange { TickLower = lower * spacing, TickUpper = upper * spacing, Delta = (Int128)(UInt128)Wide(random, 100) },
            });
        }
        return pool;
    }

    private static void Apply(Pool pool, MarketEvent e)
    {
        e.Subject = pool.Id.Value;
        pool.Apply(in e);
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
    }

    /// <summary>Up to so many bits: long and short ones, all ones, powers of two.</summary>
    private static UInt256 Wide(Random random, int bits)
    {
        int length = random.Next(4) == 0 ? bits : random.Next(bits + 1);
        if (length == 0)
            return UInt256.Zero;
        UInt256 ones = UInt256.MaxValue >> (256 - length);
        Span<byte> bytes = stackalloc byte[32];
        random.NextBytes(bytes);
        return random.Next(8) switch
        {
            0 => ones,
            1 => ones - (ones >> 1),
            _ => (UInt256.ReadBigEndian(bytes) & ones) | (ones - (ones >> 1)),
        };
    }

    private static Wide256 ToWide(UInt256 n) => new(n.Limb0, n.Limb1, n.Limb2, n.Limb3);

    private static UInt256 Number(Wide256 n) => new(n.Limb0, n.Limb1, n.Limb2, n.Limb3);

    private static string Text(V3Quote q) => $"{q.Status} {Number(q.AmountOut)} for {Number(q.AmountInUsed)}, {q.StopsPassed} stops";

    private static Address Token(int number) => Address.Parse($"0x{number:x40}");
}
