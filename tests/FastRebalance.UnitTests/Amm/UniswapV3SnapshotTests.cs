using System.Buffers.Binary;
using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Amm;

public class UniswapV3SnapshotTests
{
    private const ulong Deep = 1_000_000_000_000;

    [Theory]
    [InlineData(1, 887_272)]
    [InlineData(10, 887_270)]
    [InlineData(60, 887_220)]
    [InlineData(200, 887_200)]
    [InlineData(16_383, 884_682)]
    public void Accept_TicksUpToBothEnds_RebuildsThePool(int spacing, int lastTick)
    {
        UniswapV3Pool source = PoolMaker.V3(
            0, 500, spacing, (-lastTick, lastTick, Deep), (-lastTick, -lastTick + spacing, 3 * Deep),
            (-spacing, 0, Deep), (0, spacing, 2 * Deep));
        UniswapV3Pool copy = PoolMaker.V3(500, spacing);
        var chain = new FakeChain(source, spacing);

        (SnapshotStatus status, List<MarketEvent> events, string? failure) = chain.Snapshot(copy);
        Assert.True(status == SnapshotStatus.Complete, failure);
        foreach (MarketEvent e in events)
            copy.Apply(in e);

        Assert.True(copy.IsReady);
        Assert.Equal(source.Ticks.Count, copy.Ticks.Count);
        Assert.InRange(chain.LargestRound, 1, ConcentratedSnapshot.MaxCallsPerRound);
        foreach (AssetId sell in new[] { copy.Asset0, copy.Asset1 })
        {
            source.QuoteExactIn(sell, Deep, out SwapQuote expected);
            Assert.Equal(QuoteStatus.Exact, copy.QuoteExactIn(sell, Deep, out SwapQuote quote));
            Assert.Equal(expected.AmountOut, quote.AmountOut);
        }
    }

    [Fact]
    public void Accept_UninitialisedPool_CompletesAndQuotesNothing()
    {
        UniswapV3Pool pool = PoolMaker.V3();
        var chain = new FakeChain(pool, 60);
        (SnapshotStatus status, List<MarketEvent> events, _) = chain.Snapshot(pool);

        Assert.Equal(SnapshotStatus.Complete, status);
        foreach (MarketEvent e in events)
            pool.Apply(in e);
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactIn(pool.Asset0, Deep, out _));
    }

    [Theory]
    [InlineData("liquidity()", "add up")]
    [InlineData("slot0()", "tick")]
    [InlineData("ticks(int24)", "ticks(")]
    [InlineData("tickBitmap(int16)", "tickBitmap(")]
    public void Accept_AnswerOfAnotherBlockOrNone_FailsAndSaysWhich(string broken, string reason)
    {
        UniswapV3Pool source = PoolMaker.V3(0, 500, 60, (-600, 600, Deep), (-60, 120, Deep));
        var chain = new FakeChain(source, 60) { Broken = broken };
        UniswapV3Pool copy = PoolMaker.V3(500, 60);

        (SnapshotStatus status, List<MarketEvent> events, string? failure) = chain.Snapshot(copy);

        Assert.Equal(SnapshotStatus.Failed, status);
        Assert.Contains(reason, failure);
        Assert.Contains(PoolMaker.At.ToString(), failure);
        Assert.Empty(events);
        Assert.False(copy.BeginSnapshot().Accept([[], []], events) == SnapshotStatus.Complete);
    }

    /// <summary>Answers a pool's calls from another pool's state, and one of them wrongly where told to.</summary>
    private sealed class FakeChain(UniswapV3Pool state, int spacing)
    {
        public string? Broken { get; init; }

        public int LargestRound { get; private set; }

        public (SnapshotStatus Status, List<MarketEvent> Events, string? Failure) Snapshot(UniswapV3Pool pool)
        {
            IPoolSnapshot snapshot = pool.BeginSnapshot();
            List<MarketEvent> events = [];
            SnapshotStatus status = SnapshotStatus.MoreCalls;
            for (List<PoolCall> calls = []; snapshot.NextCalls(calls); calls = [])
            {
                LargestRound = Math.Max(LargestRound, calls.Count);
                status = snapshot.Accept([.. calls.Select(call => Answer(call.Data))], events);
            }
            return (status, events, snapshot.Failure);
        }

        private byte[] Answer(byte[] call)
        {
            uint selector = BinaryPrimitives.ReadUInt32BigEndian(call);
            int argument = call.Length > 4 ? BinaryPrimitives.ReadInt32BigEndian(call.AsSpan(32)) : 0;
            if (selector == UniswapV3Pool.Slot0Function.Selector)
                return [.. Word(Price()), .. Word((Int128)(Broken == UniswapV3Pool.Slot0Function.Signature ? 5 : 0)), .. Word(Int128.Zero)];
            if (selector == UniswapV3Pool.LiquidityFunction.Selector)
                return Word(ActiveLiquidity() + (Int128)(Broken == UniswapV3Pool.LiquidityFunction.Signature ? 1 : 0));
            if (selector == UniswapV3Pool.TickBitmapFunction.Selector)
                return Broken == UniswapV3Pool.TickBitmapFunction.Signature ? [] : Word(BitmapWord(argument));
            return Broken == UniswapV3Pool.TicksFunction.Signature ? new byte[256] : TickAt(argument);
        }

        private UInt256 Price() => state.Ticks.Count == 0 ? UInt256.Zero : TickMath.SqrtRatioAtTick(0);

        private Int128 ActiveLiquidity()
        {
            Int128 sum = 0;
            for (int i = 0; i <= state.Ticks.Floor(0); i++)
                sum += state.Ticks.NetAt(i);
            return sum;
        }

        private UInt256 BitmapWord(int word)
        {
            UInt256 bits = UInt256.Zero;
            for (int i = 0; i < state.Ticks.Count; i++)
            {
                int compressed = state.Ticks.IndexAt(i) / spacing;
                if (compressed >> 8 == word)
                    bits |= UInt256.One << (compressed & 255);
            }
            return bits;
        }

        private byte[] TickAt(int index)
        {
            int position = state.Ticks.Floor(index);
            Assert.Equal(index, state.Ticks.IndexAt(position));
            return [.. Word(state.Ticks.GrossAt(position)), .. Word(state.Ticks.NetAt(position)), .. new byte[192]];
        }

        private static byte[] Word(UInt256 value)
        {
            byte[] word = new byte[32];
            value.WriteBigEndian(word);
            return word;
        }

        private static byte[] Word(Int128 value)
        {
            byte[] word = new byte[32];
            word.AsSpan(0, 16).Fill(value < 0 ? (byte)0xff : (byte)0);
            BinaryPrimitives.WriteInt128BigEndian(word.AsSpan(16), value);
            return word;
        }
    }
}
