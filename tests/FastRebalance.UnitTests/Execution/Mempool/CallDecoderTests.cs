using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.UnitTests.Execution.Mempool;

/// <summary>Hostile and odd bytes: what the decoder makes of real routers' calls is held to the chain elsewhere.</summary>
public sealed class CallDecoderTests
{
    private static readonly MempoolMarket s_market = MempoolFixture.Market();
    private static readonly CallDecoder s_decoder = new(s_market);
    private readonly PendingEffect[] _effects = new PendingEffect[16];

    [Fact]
    public void Decode_SwapOnOurPair_TellsPoolSideAmountAndLimit()
    {
        Assert.Equal(DecodeVerdict.Effects, Decode(MempoolFixture.V2Router, MempoolFixture.SwapV2(77, 5, MempoolFixture.Token1, MempoolFixture.Token0), out int count));
        Assert.Equal(1, count);
        PendingEffect effect = _effects[0];
        Assert.Equal((EffectKind.Swap, PoolId.FromIndex(0), AssetId.FromIndex(1), AssetId.FromIndex(0)), (effect.Kind, effect.Pool, effect.Sell, effect.Buy));
        Assert.Equal(((UInt256)77UL, (UInt256)5UL, EffectFlags.EndsPath, MempoolFixture.Us), (effect.Amount, effect.Limit, effect.Flags, effect.Sender));
    }

    [Fact]
    public void Decode_PathThroughAStrangersPool_KeepsTheChainAndNamesNoPool()
    {
        byte[] call = MempoolFixture.SwapV2(77, 5, MempoolFixture.At(99), MempoolFixture.Token0, MempoolFixture.Token1);
        Assert.Equal(DecodeVerdict.Effects, Decode(MempoolFixture.V2Router, call, out int count));
        Assert.Equal(2, count);
        Assert.True(_effects[0].Pool.IsNone);
        Assert.True(_effects[1].Has(EffectFlags.Chained));
        Assert.Equal(
            ApplyOutcome.Unpredictable, new PoolOverlay(s_market, new PositionBook(s_market)).Apply(_effects.AsSpan(0, count)));
    }

    [Fact]
    public void Decode_StrangersTokensOnly_IsHarmless() => Assert.Equal(
        DecodeVerdict.Harmless, Decode(MempoolFixture.V2Router, MempoolFixture.SwapV2(1, 1, MempoolFixture.At(98), MempoolFixture.At(99)), out _));

    [Fact]
    public void Decode_Stranger_IsNotWatched() => Assert.Equal(DecodeVerdict.NotWatched, Decode(MempoolFixture.At(200), [1, 2, 3, 4], out _));

    [Fact]
    public void Decode_UnknownFunction_IsNamed() => Assert.Equal(DecodeVerdict.UnknownSelector, Decode(MempoolFixture.V2Router, new byte[36], out _));

    [Fact]
    public void Decode_ThreeMegabytes_IsRefusedUnread() => Assert.Equal(DecodeVerdict.TooLarge, Decode(MempoolFixture.V2Router, new byte[3_000_000], out _));

    [Theory]
    [InlineData(1, DecodeVerdict.Effects)]
    [InlineData(3, DecodeVerdict.Effects)]
    [InlineData(5, DecodeVerdict.TooDeep)]
    [InlineData(40, DecodeVerdict.TooDeep)]
    public void Decode_CallsWithinCalls_StopsAtItsDepth(int depth, DecodeVerdict expected) => Assert.Equal(
        expected, Decode(MempoolFixture.V3Router, MempoolFixture.Nested(depth, MempoolFixture.SingleV3(7)), out _));

    [Fact]
    public void Decode_PlansWithinPlans_StopsAtItsDepth()
    {
        byte[] plan = MempoolFixture.Plan(0x0a, []);
        for (int i = 0; i < 30; i++)
            plan = MempoolFixture.Plan(0x21, plan);
        Assert.Equal(DecodeVerdict.TooDeep, Decode(MempoolFixture.Universal, MempoolFixture.Execute(0x21, plan), out _));
    }

    [Fact]
    public void Decode_OneCallNamedAThousandTimes_StopsAtItsBudget()
    {
        // A thousand offsets that all point at one and the same inner call.
        byte[] call = MempoolFixture.Multicall(MempoolFixture.SingleV3(7));
        byte[] many = new byte[4 + 64 + 1000 * 32 + call.Length];
        call.AsSpan(0, 36).CopyTo(many);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(many.AsSpan(64), 1000);
        for (int i = 0; i < 1000; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(many.AsSpan(68 + i * 32 + 28), 1000 * 32);
        call.AsSpan(100).CopyTo(many.AsSpan(68 + 1000 * 32));
        PendingEffect[] room = new PendingEffect[256];
        Assert.Equal(
            DecodeVerdict.TooDeep, s_decoder.Decode(MempoolFixture.V3Router, MempoolFixture.Us, UInt256.Zero, many, room, out int count));
        Assert.InRange(count, 1, 64);
    }

    [Fact]
    public void Decode_MoreEffectsThanRoom_WritesThoseThatFit()
    {
        byte[] call = MempoolFixture.Multicall(MempoolFixture.SingleV3(1), MempoolFixture.SingleV3(2), MempoolFixture.SingleV3(3));
        Assert.Equal(
            DecodeVerdict.TooManyEffects, s_decoder.Decode(MempoolFixture.V3Router, MempoolFixture.Us, UInt256.Zero, call, _effects.AsSpan(0, 2), out int count));
        Assert.Equal(2, count);
    }

    [Theory]
    [InlineData("pause()", EffectKind.Pause)]
    [InlineData("upgradeTo(address)", EffectKind.Upgrade)]
    [InlineData("setSwapFeePercentage(uint256)", EffectKind.FeeChange)]
    public void Decode_RulerOfOurPool_EndsItsRoutes(string signature, EffectKind kind)
    {
        byte[] call = new byte[36];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(call, AbiSelector.Of(signature).Value);
        Assert.Equal(DecodeVerdict.Effects, Decode(MempoolFixture.Pair, call, out _));
        Assert.Equal((kind, PoolId.FromIndex(0), true), (_effects[0].Kind, _effects[0].Pool, _effects[0].EndsRoutes));
    }

    [Fact]
    public void Decode_OracleTransmits_IsAnUpdate()
    {
        byte[] call = new byte[68];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(call, AbiSelector.Of("submit(uint256,int256)").Value);
        Assert.Equal(DecodeVerdict.Effects, Decode(MempoolFixture.Oracle, call, out _));
        Assert.Equal(EffectKind.OracleUpdate, _effects[0].Kind);
    }

    /// <summary>Every truncation, and bytes changed at random, of calls that are read to their end; and plain noise.</summary>
    [Fact]
    public void Decode_SeededRandomAndTruncatedCalls_NeverThrowsAndAllocatesNothing()
    {
        Random random = new(20_267);
        byte[] v3 = MempoolFixture.SingleV3(7);
        (Address To, byte[] Call)[] seeds =
        [
            (MempoolFixture.V2Router, MempoolFixture.SwapV2(77, 5, MempoolFixture.Token1, MempoolFixture.Token0, MempoolFixture.Token1)),
            (MempoolFixture.V3Router, MempoolFixture.Multicall(v3, MempoolFixture.Multicall(v3, v3))),
            (MempoolFixture.Universal, MempoolFixture.Execute(0x21, MempoolFixture.Plan(0x10, MempoolFixture.Plan(0x06, new byte[320])))),
            (MempoolFixture.Universal, MempoolFixture.Execute(0x08, MempoolFixture.SwapV2(77, 5, MempoolFixture.Token1, MempoolFixture.Token0)[4..])),
        ];
        Address[] watched =
        [
            MempoolFixture.V2Router, MempoolFixture.V3Router, MempoolFixture.Universal, MempoolFixture.Positions, MempoolFixture.Permit2,
            MempoolFixture.Executor, MempoolFixture.Pair, MempoolFixture.Ranges, MempoolFixture.Token0, MempoolFixture.Oracle, MempoolFixture.V4Positions,
        ];
        List<(Address, byte[])> calls = [];
        foreach ((Address to, byte[] call) in seeds)
            for (int length = 0; length <= call.Length; length++)
                calls.Add((to, call[..length]));
        for (int i = 0; i < 40_000; i++)
        {
            (Address to, byte[] call) = seeds[random.Next(seeds.Length)];
            byte[] changed = [.. call];
            for (int change = random.Next(1, 5); change > 0; change--)
                changed[random.Next(4, changed.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : random.Next(2) * 32);
            calls.Add((to, changed));
        }
        for (int i = 0; i < 20_000; i++)
        {
            byte[] noise = new byte[random.Next(600)];
            random.NextBytes(noise);
            if (noise.Length >= 4)
                seeds[random.Next(seeds.Length)].Call.AsSpan(0, 4).CopyTo(noise);
            calls.Add((watched[random.Next(watched.Length)], noise));
        }

        int[] verdicts = new int[Enum.GetValues<DecodeVerdict>().Length];
        foreach ((Address to, byte[] call) in calls)
            verdicts[(int)Decode(to, call, out _)]++;
        AllocationWatch watch = new();
        while (watch.Next())
            foreach ((Address to, byte[] call) in calls)
                Decode(to, call, out _);
        long allocated = watch.LeastBytes;

        Assert.Equal(0, allocated);
        Assert.Equal(0, verdicts[(int)DecodeVerdict.Unread]);
        Assert.True(verdicts[(int)DecodeVerdict.Malformed] > 1_000);
        Assert.True(verdicts[(int)DecodeVerdict.Effects] > 1_000);
        Assert.True(verdicts[(int)DecodeVerdict.UnknownSelector] > 1_000);
    }

    private DecodeVerdict Decode(Address to, byte[] call, out int count) =>
        s_decoder.Decode(to, MempoolFixture.Us, UInt256.Zero, call, _effects, out count);
}
