using System.Buffers.Binary;
using FastRebalance.Amm;
using FastRebalance.ContractTests.PoolChains;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Tests;

namespace FastRebalance.ContractTests;

/// <summary>What every registered AMM must keep to, run for each by name. A new one adds its line to <see cref="Answer"/>.</summary>
public class PoolContractTests
{
    private static readonly PoolId Id = PoolId.FromIndex(4);
    private static readonly AssetId Asset0 = AssetId.FromIndex(0);
    private static readonly AssetId Asset1 = AssetId.FromIndex(1);
    private static readonly AssetId Stranger = AssetId.FromIndex(2);
    private static readonly Address At = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly UInt256 Some = 1_000_000;

    public static TheoryData<string> Names => new(PoolKinds.All.Select(kind => kind.Name));

    [Fact]
    public void TryFind_UnknownName_IsFalse() => Assert.False(PoolKinds.TryFind("no-such-pool", out _));

    [Theory, MemberData(nameof(Names))]
    public void TryDescribe_AnswersOfSuchAPool_NamesItsTokens(string name)
    {
        PoolFacts facts = Describe(KindOf(name));

        Assert.Equal(name, facts.Kind);
        Assert.Equal(At, facts.Address);
        Assert.NotEqual(facts.Token0, facts.Token1);
        Assert.InRange(facts.FeePips, 0u, PoolFacts.PipsPerUnit - 1);
    }

    [Theory, MemberData(nameof(Names))]
    public void TryDescribe_EmptyAnswers_SaysWhichAddressIsNotOne(string name)
    {
        foreach (bool isCut in new[] { false, true })
        {
            IPoolDescription description = KindOf(name).BeginDescription(SiteOf(name));
            List<PoolCall> calls = [];
            Assert.True(description.NextCalls(calls));
            description.Accept(isCut ? [] : [.. calls.Select(_ => Array.Empty<byte>())]);

            Assert.Null(description.Facts);
            Assert.Contains(At.ToString(), description.Failure);
            Assert.False(description.NextCalls(calls));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Create_SameAssetTwice_Throws(string name)
    {
        PoolFacts facts = Describe(KindOf(name));
        Assert.Throws<ArgumentException>(() => KindOf(name).Create(facts, Id, Asset0, Asset0));
        Assert.Throws<ArgumentException>(() => KindOf(name).Create(facts, PoolId.None, Asset0, Asset1));
        Assert.Throws<ArgumentException>(() => KindOf(name).Create(facts with { FeePips = PoolFacts.PipsPerUnit }, Id, Asset0, Asset1));
    }

    [Theory, MemberData(nameof(Names))]
    public void QuoteExactIn_BeforeSnapshot_IsNotReady(string name)
    {
        Pool pool = Create(name);

        Assert.False(pool.IsReady);
        Assert.Equal(QuoteStatus.NotReady, pool.QuoteExactIn(Asset0, Some, out SwapQuote quote));
        Assert.True(quote.AmountOut.IsZero);
        Assert.False(pool.TryGetCurve(Asset0, out _));
        Assert.False(pool.TryGetCeiling(Asset0, Asset1, out _));
        Assert.Equal(0, pool.SpotRate(Asset0));
        Assert.Equal(0, pool.DepthOf(Asset1));
    }

    [Theory, MemberData(nameof(Names))]
    public void Apply_ReadyWithoutState_StaysNotReady(string name)
    {
        Pool pool = Create(name);
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = Id.Value });
        Assert.Equal(QuoteStatus.NotReady, pool.QuoteExactIn(Asset0, Some, out _));
    }

    [Theory, MemberData(nameof(Names))]
    public void QuoteExactIn_AfterSnapshot_PaysBothWays(string name)
    {
        Pool pool = CreateReady(name);
        foreach (AssetId sell in new[] { Asset0, Asset1 })
        {
            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, Some, out SwapQuote quote));
            Assert.Equal(Some, quote.AmountInUsed);
            Assert.False(quote.AmountOut.IsZero);
            Assert.InRange(quote.Gas, 20_000u, 1_000_000u);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void QuoteExactIn_ZeroAmount_SaysSo(string name) =>
        Assert.Equal(QuoteStatus.ZeroAmount, CreateReady(name).QuoteExactIn(Asset0, UInt256.Zero, out _));

    [Theory, MemberData(nameof(Names))]
    public void QuoteExactIn_ForeignAsset_SaysSo(string name)
    {
        Pool pool = CreateReady(name);

        Assert.Equal(QuoteStatus.WrongAsset, pool.QuoteExactIn(Stranger, Some, out _));
        Assert.Equal(QuoteStatus.WrongAsset, pool.QuoteExactIn(AssetId.None, Some, out _));
        Assert.Equal(AssetId.None, pool.Other(Stranger));
        Assert.False(pool.TryGetCurve(Stranger, out _));
        Assert.False(pool.TryGetCeiling(Stranger, Asset0, out _));
        Assert.Equal(0, pool.SpotRate(Stranger));
        Assert.Equal(0, pool.DepthOf(Stranger));
    }

    [Theory, MemberData(nameof(Names))]
    public void QuoteExactIn_MoreThanAnyPoolTakes_IsNotExact(string name)
    {
        Pool pool = CreateReady(name);
        for (int bits = 200; bits <= 256; bits += 8)
        {
            QuoteStatus status = pool.QuoteExactIn(Asset0, UInt256.MaxValue >> (256 - bits), out _);
            Assert.True(status is QuoteStatus.Overflow or QuoteStatus.InsufficientLiquidity, $"{bits} bits: {status}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TryGetCeiling_EverySize_NoQuoteIsAbove(string name)
    {
        Pool pool = CreateReady(name);
        int quotes = 0;
        foreach (AssetId sell in new[] { Asset0, Asset1 })
        {
            Assert.True(pool.TryGetCeiling(sell, pool.Other(sell), out SwapCurve ceiling));
            for (int bits = 12; bits <= 256; bits++)
            {
                UInt256 amount = UInt256.MaxValue >> (256 - bits);
                if (pool.QuoteExactIn(sell, in amount, out SwapQuote quote) != QuoteStatus.Exact)
                    continue;
                quotes++;
                Assert.InRange((double)quote.AmountOut, 1, ceiling.Out((double)amount) * (1 + 1e-12) + 2);
            }
        }
        Assert.True(quotes > 20, $"{quotes} amounts were quoted");
    }

    [Theory, MemberData(nameof(Names))]
    public void TryGetCurve_AfterSnapshot_FollowsTheExactQuote(string name)
    {
        Pool pool = CreateReady(name);
        foreach (AssetId sell in new[] { Asset0, Asset1 })
        {
            Assert.True(pool.TryGetCurve(sell, out SwapCurve curve));
            pool.QuoteExactIn(sell, Some, out SwapQuote quote);
            Assert.Equal(1, curve.Out((double)Some) / (double)quote.AmountOut, 1e-4);
            // Every made-up pool takes 0.3 %; where the state carries the fee the facts do not.
            Assert.Equal(1 - 0.003, curve.Rate / pool.SpotRate(sell), 1e-12);
            Assert.Equal(pool.SpotRate(sell), pool.DepthOf(pool.Other(sell)) / pool.DepthOf(sell), 1e-9);
        }
        Assert.Equal(1, pool.SpotRate(Asset0) * pool.SpotRate(Asset1), 1e-12);
    }

    [Theory, MemberData(nameof(Names))]
    public void QuoteExactIn_AnyAmount_LeavesTheStateAndAllocatesNothing(string name)
    {
        Pool pool = CreateReady(name);
        ulong version = pool.Version;
        QuoteEverySize(pool);

        AllocationWatch watch = new();
        while (watch.Next())
            QuoteEverySize(pool);
        long allocated = watch.LeastBytes;

        Assert.Equal(0, allocated);
        Assert.Equal(version, pool.Version);
    }

    [Theory, MemberData(nameof(Names))]
    public void Apply_Reset_ForgetsUntilTheNextSnapshot(string name)
    {
        Pool pool = CreateReady(name);
        pool.QuoteExactIn(Asset0, Some, out SwapQuote first);
        ulong version = pool.Version;

        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = Id.Value });
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = Id.Value });
        Assert.Equal(QuoteStatus.NotReady, pool.QuoteExactIn(Asset0, Some, out _));
        Assert.True(pool.Version > version);

        TakeSnapshot(pool);
        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(Asset0, Some, out SwapQuote again));
        Assert.Equal(first.AmountOut, again.AmountOut);
    }

    [Theory, MemberData(nameof(Names))]
    public void Apply_EventOfAnotherPool_ChangesNothing(string name)
    {
        Pool pool = CreateReady(name);
        ulong version = pool.Version;

        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = (ushort)(Id.Value + 1) });
        pool.Apply(new MarketEvent { Kind = MarketEventKind.Price, Subject = Id.Value });

        Assert.True(pool.IsReady);
        Assert.Equal(version, pool.Version);
    }

    [Theory, MemberData(nameof(Names))]
    public void TryReadLog_Garbage_IsRefusedAndNeverThrows(string name)
    {
        Pool pool = CreateReady(name);
        var random = new Random(7);
        MarketEvent e = default;
        Assert.False(pool.TryReadLog([], [], ref e));
        for (int i = 0; i < 2_000; i++)
        {
            var topics = new Hash32[random.Next(0, 5)];
            foreach (ref Hash32 topic in topics.AsSpan())
            {
                byte[] bytes = new byte[Hash32.Length];
                random.NextBytes(bytes);
                topic = new Hash32(bytes);
            }
            byte[] data = new byte[random.Next(0, 300)];
            random.NextBytes(data);
            Assert.False(pool.TryReadLog(topics, data, ref e));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void BeginSnapshot_BadAnswers_FailsWithAReasonAndNoEvents(string name)
    {
        byte[][] bad = [[], new byte[31], [.. Enumerable.Repeat((byte)0xff, 256)]];
        foreach (byte[] answer in bad)
        {
            IPoolSnapshot snapshot = Create(name).BeginSnapshot();
            List<MarketEvent> events = [];
            List<PoolCall> calls = [];
            Assert.True(snapshot.NextCalls(calls));

            Assert.Equal(SnapshotStatus.Failed, snapshot.Accept([.. calls.Select(_ => answer)], events));
            Assert.Contains(At.ToString(), snapshot.Failure);
            Assert.Empty(events);
            Assert.False(snapshot.NextCalls(calls));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void BeginSnapshot_AnswerMissing_Fails(string name)
    {
        IPoolSnapshot snapshot = Create(name).BeginSnapshot();
        snapshot.NextCalls([]);
        Assert.Equal(SnapshotStatus.Failed, snapshot.Accept([], []));
    }

    [Theory, MemberData(nameof(Names))]
    public void Reconciles_SameAndOtherAnswers_TellsThemApart(string name)
    {
        Pool pool = CreateReady(name);
        List<PoolCall> calls = [];
        pool.AppendReconcileCalls(calls);
        List<byte[]> answers = [.. calls.Select(call => Answer(name, call.Data))];

        Assert.True(pool.Reconciles(answers));
        Assert.False(Create(name).Reconciles(answers));
        Assert.False(pool.Reconciles([.. answers.Select(_ => Array.Empty<byte>())]));
        Assert.False(pool.Reconciles([]));
        answers[0] = (byte[])answers[0].Clone();
        answers[0][31] ^= 1;
        Assert.False(pool.Reconciles(answers));
    }

    private static void QuoteEverySize(Pool pool)
    {
        for (int bits = 1; bits <= 256; bits++)
        {
            pool.QuoteExactIn(Asset0, UInt256.MaxValue >> (256 - bits), out _);
            pool.QuoteExactIn(Asset1, UInt256.MaxValue >> (256 - bits), out _);
        }
        pool.TryGetCurve(Asset0, out _);
        pool.TryGetCeiling(Asset0, Asset1, out _);
        pool.SpotRate(Asset1);
        pool.DepthOf(Asset0);
    }

    private static PoolKind KindOf(string name) => PoolKinds.TryFind(name, out PoolKind? kind) ? kind : throw new ArgumentException(name);

    private static PoolSite SiteOf(string name) => name == "uniswap-v4" ? new PoolSite(At, UniswapV4Chain.Parameters) : new PoolSite(At);

    private static PoolFacts Describe(PoolKind kind) => kind.Describe(SiteOf(kind.Name), call => Answer(kind.Name, call.Data));

    private static Pool Create(string name) => KindOf(name).Create(Describe(KindOf(name)), Id, Asset0, Asset1);

    private static Pool CreateReady(string name)
    {
        Pool pool = Create(name);
        TakeSnapshot(pool);
        Assert.True(pool.IsReady);
        return pool;
    }

    private static void TakeSnapshot(Pool pool)
    {
        IPoolSnapshot snapshot = pool.BeginSnapshot();
        List<MarketEvent> events = [];
        SnapshotStatus status = SnapshotStatus.MoreCalls;
        for (List<PoolCall> calls = []; snapshot.NextCalls(calls); calls = [])
            status = snapshot.Accept([.. calls.Select(call => Answer(pool.Kind, call.Data))], events);
        Assert.True(status == SnapshotStatus.Complete, snapshot.Failure);
        foreach (MarketEvent e in events)
            pool.Apply(in e);
    }

    /// <summary>A made-up chain that holds one pool of each kind, both at one token 1 per token 0 and 10^15 deep.</summary>
    private static byte[] Answer(string name, byte[] call)
    {
        const long Liquidity = 1_000_000_000_000_000;
        return (name, BinaryPrimitives.ReadUInt32BigEndian(call)) switch
        {
            (_, 0x0dfe1681) => Words(0x10),
            (_, 0xd21220a7) => Words(0x11),
            ("uniswap-v2", 0x0902f1ac) => Words(Liquidity, Liquidity, 1_700_000_000),
            ("uniswap-v3", 0xddca3f43) => Words(3_000),
            ("uniswap-v3", 0xd0c93a7c) => Words(60),
            ("uniswap-v3", 0x3850c7bd) => [.. ((UInt256)1 << 96).ToWord(), .. Words(0, 0, 1, 1, 0, 1)],
            ("uniswap-v3", 0x1a686502) => Words(Liquidity),
            // One position over the ticks -120..120, which are 2 usable ticks to either side of word 0's first.
            ("uniswap-v3", 0x5339c296) =>
                Argument(call) switch { 0 => (UInt256.One << 2).ToWord(), -1 => (UInt256.One << 254).ToWord(), _ => Words(0) },
            ("uniswap-v3", 0xf30dba93) => Words(Liquidity, Argument(call) < 0 ? Liquidity : -Liquidity, 0, 0, 0, 0, 0, 1),
            ("balancer-weighted", _) => BalancerWeightedChain.Answer(call),
            ("balancer-composable-stable", _) => BalancerStableChain.Answer(call),
            ("curve-stable", _) => CurveStableChain.Answer(call),
            ("uniswap-v4", _) => UniswapV4Chain.Answer(call),
            ("solidly-volatile", _) => SolidlyChain.Answer(call, isStable: false),
            ("solidly-stable", _) => SolidlyChain.Answer(call, isStable: true),
            _ => throw new InvalidOperationException(
                $"no answer for {name} {Convert.ToHexStringLower(call)}: add the new kind's answers here"),
        };
    }

    private static int Argument(byte[] call) => BinaryPrimitives.ReadInt32BigEndian(call.AsSpan(32));

    private static byte[] Words(params long[] values) => [.. values.SelectMany(Word)];

    private static byte[] Word(long value)
    {
        byte[] word = new byte[32];
        BinaryPrimitives.WriteInt128BigEndian(word.AsSpan(16), value);
        word.AsSpan(0, 16).Fill(value < 0 ? (byte)0xff : (byte)0);
        return word;
    }
}

file static class Encoding
{
    public static byte[] ToWord(this UInt256 value)
    {
        byte[] word = new byte[UInt256.ByteLength];
        value.WriteBigEndian(word);
        return word;
    }
}
