using FastRebalance.Amm;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.UnitTests.Amm.Curves;

namespace FastRebalance.UnitTests.Amm;

/// <summary>What both kinds of Balancer pool do beside quoting, which the recorded quotes and the chain tests hold to the unit.</summary>
public class BalancerPoolTests
{
    private static readonly UInt256 Unit = UInt256.PowerOfTen(18);
    private static readonly UInt256 Fee = UInt256.PowerOfTen(15) * 3;
    private static readonly UInt256 Much = UInt256.PowerOfTen(24);

    public static TheoryData<string> Kinds => ["weighted", "older weighted", "stable", "older stable"];

    [Theory, MemberData(nameof(Kinds))]
    public void QuoteExactOut_AnyAmount_IsCoveredByItsInput(string kind)
    {
        Pool pool = Make(kind);
        var random = new Random(31);
        for (int i = 0; i < 2_000; i++)
        {
            (AssetId sell, AssetId buy) = Direction(random, pool);
            UInt256.TryFromDoubleFloor(Math.Pow(10, 4 + random.NextDouble() * 18), out UInt256 amountOut);
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactOut(sell, buy, amountOut, out SwapQuote wanted));
            Assert.Equal(amountOut, wanted.AmountOut);

            // Both roundings favour the pool: to buy exactly costs no less than what a sale of as much would have paid for.
            QuoteStatus status = pool.QuoteExactIn(sell, buy, wanted.AmountInUsed, out SwapQuote paid);
            Assert.True(status is QuoteStatus.Exact or QuoteStatus.ZeroOutput, $"{status}");
            Assert.InRange((double)paid.AmountOut, (double)amountOut * (1 - 1e-6) - 3e12, (double)amountOut * (1 + 1e-9) + 1e12);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void WriteSegments_Pool_FollowTheExactQuoteFromAbove(string kind)
    {
        Pool pool = Make(kind);
        foreach ((AssetId sell, AssetId buy) in Directions(pool))
        {
            CurveSegment[] pieces = Pieces.Of(pool, sell, buy);
            Assert.InRange(pieces.Length, 1, 512);
            for (double growth = 1e-6; growth <= 0.1; growth *= 3)
            {
                UInt256.TryFromDoubleFloor((double)Much * growth, out UInt256 amount);
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, buy, amount, out SwapQuote quote));
                double ratio = Pieces.OutOf(pieces, (double)amount) / (double)quote.AmountOut - 1;
                Assert.InRange(ratio, -1e-7, 1e-7 + 2e-13 / growth);
                if (growth <= 1e-2)
                    Assert.InRange(ratio, -2e-9, 2e-9 + 2e-13 / growth);
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void CapacityIn_Edge_IsTakenAndOneMoreIsNot(string kind)
    {
        Pool pool = Make(kind);
        foreach ((AssetId sell, AssetId buy) in Directions(pool))
        {
            UInt256 capacity = pool.CapacityIn(sell, buy);
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, buy, capacity, out _));
            Assert.NotEqual(QuoteStatus.Exact, pool.QuoteExactIn(sell, buy, capacity + 1, out _));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Swap_OnACopy_EqualsTheLogAndLeavesThePoolAlone(string kind)
    {
        Pool pool = Make(kind);
        Pool copy = pool.Copy();
        Assert.Equal(QuoteStatus.Exact, copy.Swap(pool.Asset0, pool.Asset1, Much >> 6, out SwapQuote quote));
        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(pool.Asset0, pool.Asset1, Much >> 6, out SwapQuote untouched));
        Assert.Equal(quote.AmountOut, untouched.AmountOut);

        pool.Apply(Read(pool, SwapTopics((BalancerPool)pool, 0, 1), [.. Word(Much >> 6), .. Word(quote.AmountOut)]));

        foreach ((AssetId sell, AssetId buy) in Directions(pool))
        {
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, buy, Unit, out SwapQuote followed));
            Assert.Equal(QuoteStatus.Exact, copy.QuoteExactIn(sell, buy, Unit, out SwapQuote copied));
            Assert.Equal(copied.AmountOut, followed.AmountOut);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void TryReadLog_OtherPoolOfTheVault_IsLeftAlone(string kind)
    {
        Pool pool = Make(kind);
        Hash32[] topics = SwapTopics((BalancerPool)pool, 0, 1);
        topics[1] = Hash32.Zero;
        MarketEvent e = default;
        Assert.False(pool.TryReadLog(topics, new byte[64], ref e));
        Assert.False(pool.TryReadLog([VaultCalls.BalanceChanged.Topic, Hash32.Zero, Hash32.Zero], new byte[64], ref e));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Apply_WhatOnlyASnapshotTells_TurnsNotReady(string kind)
    {
        Hash32[][] logs =
        [
            [VaultCalls.BalanceChanged.Topic, VaultId(Make(kind)), Hash32.Zero],
            [VaultCalls.BalanceManaged.Topic, VaultId(Make(kind)), Hash32.Zero, Hash32.Zero],
            [VaultCalls.PausedStateChanged.Topic],
        ];
        foreach (Hash32[] topics in logs)
        {
            Pool pool = Make(kind);
            pool.Apply(Read(pool, topics, new byte[64]));
            Assert.False(pool.IsReady);
        }
    }

    [Fact]
    public void Apply_SwapOfTheShareToken_TurnsNotReady()
    {
        Pool pool = Make("stable");
        Hash32[] topics = SwapTopics((BalancerPool)pool, 0, 1);
        topics[3] = TopicOf(pool.Address);

        pool.Apply(Read(pool, topics, new byte[64]));

        Assert.False(pool.IsReady);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Apply_FeeChanged_QuotesWithIt(string kind)
    {
        Pool pool = Make(kind);
        pool.QuoteExactIn(pool.Asset0, pool.Asset1, Unit, out SwapQuote before);

        pool.Apply(Read(pool, [VaultCalls.SwapFeeChanged.Topic], Word(UInt256.PowerOfTen(16))));

        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(pool.Asset0, pool.Asset1, Unit, out SwapQuote after));
        Assert.Equal(0.99 / 0.997, (double)after.AmountOut / (double)before.AmountOut, 1e-5);
        Assert.Equal(UInt256.PowerOfTen(16), ((BalancerPool)pool).Fee);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Apply_SwapThatCannotBe_TurnsNotReady(string kind)
    {
        Pool pool = Make(kind);
        pool.Apply(Read(pool, SwapTopics((BalancerPool)pool, 0, 1), [.. Word(1), .. Word(Much * 2)]));
        Assert.False(pool.IsReady);
    }

    [Fact]
    public void BeginSnapshot_AmplificationMoving_IsRefusedByName()
    {
        Pool pool = Make("stable");
        IPoolSnapshot snapshot = pool.BeginSnapshot();
        List<PoolCall> calls = [];
        snapshot.NextCalls(calls);
        Assert.Equal(SnapshotStatus.Failed, snapshot.Accept(StableAnswers(pool, isUpdating: 1, paused: 0), []));
        Assert.Contains("amplification is moving", snapshot.Failure);
    }

    [Fact]
    public void BeginSnapshot_Paused_IsRefusedByName()
    {
        Pool pool = Make("stable");
        IPoolSnapshot snapshot = pool.BeginSnapshot();
        snapshot.NextCalls([]);
        Assert.Equal(SnapshotStatus.Failed, snapshot.Accept(StableAnswers(pool, isUpdating: 0, paused: 1), []));
        Assert.Contains("is paused", snapshot.Failure);
    }

    [Fact]
    public void BeginSnapshot_ShareTokenBetweenTheOthers_IsLeftOut()
    {
        Pool pool = Make("stable");
        IPoolSnapshot snapshot = pool.BeginSnapshot();
        snapshot.NextCalls([]);
        List<MarketEvent> events = [];
        Assert.Equal(SnapshotStatus.Complete, snapshot.Accept(StableAnswers(pool, isUpdating: 0, paused: 0), events));
        Assert.Equal(3, events.Count(e => e.Kind == MarketEventKind.PoolBalance));
        Assert.True(pool.Reconciles(StableAnswers(pool, 0, 0)));
    }

    private static List<byte[]> StableAnswers(Pool pool, ulong isUpdating, ulong paused)
    {
        List<UInt256> tokens = [.. pool.Facts.Tokens.Select(token => UInt256.ReadBigEndian(token.Span))];
        tokens.Insert(1, UInt256.ReadBigEndian(pool.Address.Span));
        return
        [
            Words([96, 96 + 32 * 5, 1, 4, .. tokens, 4, Much, UInt256.One << 111, Much, Much]),
            Words([Fee]),
            Words([paused, 0, 0]),
            Words([200_000, isUpdating, 1_000]),
            Words([32, 4, Unit, Unit, Unit, Unit * 11 / 10]),
            Words([1]),
        ];
    }

    private static Pool Make(string kind) => kind switch
    {
        "weighted" or "older weighted" => BalancerRecord.Weighted(
            [Much, Much, Much], [Unit * 2 / 10, Unit * 3 / 10, Unit * 5 / 10], [18, 18, 18], Fee, kind == "older weighted"),
        _ => BalancerRecord.Stable([Much, Much, Much], 200_000, [Unit, Unit, Unit * 11 / 10], Fee, kind == "older stable"),
    };

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

    private static MarketEvent Read(Pool pool, Hash32[] topics, byte[] data)
    {
        MarketEvent e = default;
        Assert.True(pool.TryReadLog(topics, data, ref e));
        return e;
    }

    private static Hash32 VaultId(Pool pool) => ((BalancerPool)pool).VaultId;

    private static Hash32[] SwapTopics(BalancerPool pool, int sell, int buy) =>
        [VaultCalls.Swapped.Topic, pool.VaultId, TopicOf(pool.Facts.Tokens.ElementAt(sell)), TopicOf(pool.Facts.Tokens.ElementAt(buy))];

    private static Hash32 TopicOf(Address address) => new([.. new byte[12], .. address.Span]);

    private static byte[] Word(UInt256 value) => Words([value]);

    private static byte[] Words(UInt256[] values)
    {
        byte[] words = new byte[values.Length * UInt256.ByteLength];
        for (int i = 0; i < values.Length; i++)
            values[i].WriteBigEndian(words.AsSpan(i * UInt256.ByteLength));
        return words;
    }
}
