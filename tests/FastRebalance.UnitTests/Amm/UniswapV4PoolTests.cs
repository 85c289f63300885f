using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Amm.UniswapV4;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Amm;

public class UniswapV4PoolTests
{
    private const ulong Deep = 1_000_000_000_000_000_000;

    private static UniswapV4Pool Islands(int tick = 17, uint lpPips = 500, uint protocolPips = 0) => PoolMaker.V4(
        tick, lpPips, protocolPips, 10, (-2_000, 2_000, Deep), (-500, 300, 3 * Deep), (10, 20, 7 * Deep),
        (9_000, 20_000, Deep / 3), (-30_000, -7_000, Deep / 5));

    [Fact]
    public void QuoteExactOut_AnyAmount_IsCoveredByWhatItAsks()
    {
        UniswapV4Pool pool = Islands(protocolPips: 1_000 << 12 | 250);
        int answered = 0;
        foreach (AssetId sell in new[] { pool.Asset0, pool.Asset1 })
        {
            for (UInt256 wanted = 1; wanted.BitLength < 100; wanted = wanted * 9 / 8 + 1)
            {
                if (pool.QuoteExactOut(sell, pool.Other(sell), wanted, out SwapQuote quote) != QuoteStatus.Exact)
                    break;
                Assert.Equal(wanted, quote.AmountOut);
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, quote.AmountInUsed, out SwapQuote paid));
                Assert.True(paid.AmountOut >= wanted, $"{quote.AmountInUsed} pays {paid.AmountOut}, {wanted} were wanted");
                answered++;
            }
        }
        Assert.True(answered > 600, $"{answered}");
    }

    [Theory]
    [InlineData(3_000, 0, 3_000, 3_000)]
    [InlineData(3_000, 1_000 << 12 | 250, 3_250, 3_997)] // 250 + 3000 - 0.75 and 1000 + 3000 - 3, the fraction dropped before it is taken off
    [InlineData(0, 1_000, 1_000, 0)]
    public void On_BothFees_TheProtocolFirstAndThePoolOfTheRest(uint lp, uint protocol, uint on0, uint on1)
    {
        UniswapV4Fees fees = new(lp, protocol);
        Assert.True(fees.ArePossible);
        Assert.Equal((on0, on1), (fees.On(sellsAsset0: true), fees.On(sellsAsset0: false)));
        Assert.False(new UniswapV4Fees(lp, 1_001).ArePossible);
        Assert.False(new UniswapV4Fees(PoolFacts.PipsPerUnit + 1, protocol).ArePossible);
    }

    [Fact]
    public void Quotes_FeeOfEverything_PayNothingAndSellNothing()
    {
        UniswapV4Pool pool = Islands(lpPips: PoolFacts.PipsPerUnit);
        Assert.Equal(QuoteStatus.ZeroOutput, pool.QuoteExactIn(pool.Asset0, 1_000, out SwapQuote quote));
        Assert.Equal((UInt256)1_000, quote.AmountInUsed);
        Assert.Equal(QuoteStatus.InsufficientLiquidity, pool.QuoteExactOut(pool.Asset0, pool.Asset1, 1_000, out _));
        Assert.False(pool.TryGetCurve(pool.Asset0, out _));
    }

    [Fact]
    public void Apply_ProtocolFee_MakesOneDirectionDearer()
    {
        UniswapV4Pool pool = Islands();
        pool.QuoteExactIn(pool.Asset0, Deep / 100, out SwapQuote before0);
        pool.QuoteExactIn(pool.Asset1, Deep / 100, out SwapQuote before1);
        pool.Apply(PoolMaker.Parameter(1, 700));
        pool.QuoteExactIn(pool.Asset0, Deep / 100, out SwapQuote after0);
        pool.QuoteExactIn(pool.Asset1, Deep / 100, out SwapQuote after1);

        Assert.True(after0.AmountOut < before0.AmountOut);
        Assert.Equal(before1.AmountOut, after1.AmountOut);
        pool.Apply(PoolMaker.Parameter(1, 1_001));
        Assert.False(pool.IsReady);
    }

    [Fact]
    public void Swap_OnACopy_LeavesTheStateOfItsPriceAndTheFees()
    {
        UniswapV4Pool source = Islands(protocolPips: 250);
        var copy = (UniswapV4Pool)source.Copy();
        Assert.Equal(QuoteStatus.Exact, copy.Swap(copy.Asset0, copy.Asset1, Deep / 3, out SwapQuote first));
        Assert.Equal(TickMath.TickAtSqrtRatio(copy.State.SqrtPriceX96), copy.State.Tick);
        Assert.NotEqual(source.State.SqrtPriceX96, copy.State.SqrtPriceX96);

        UniswapV4Pool fresh = Islands(protocolPips: 250);
        fresh.Apply(PoolMaker.Price(copy.State.SqrtPriceX96, copy.State.Liquidity, copy.State.Tick));
        Assert.Equal(QuoteStatus.Exact, fresh.QuoteExactIn(fresh.Asset1, first.AmountOut, out SwapQuote expected));
        Assert.Equal(QuoteStatus.Exact, copy.QuoteExactIn(copy.Asset1, first.AmountOut, out SwapQuote back));
        Assert.Equal(expected.AmountOut, back.AmountOut);
        Assert.True(back.AmountOut < Deep / 3);
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000080", "beforeSwap")]
    [InlineData("0x0000000000000000000000000000000000000040", "afterSwap")]
    [InlineData("0x0000000000000000000000000000000000000008", "beforeSwapReturnsDelta")]
    [InlineData("0x0000000000000000000000000000000000000004", "afterSwapReturnsDelta")]
    public void BeginDescription_HooksThatTouchSwaps_AreRefusedByName(string hooks, string permission)
    {
        Dictionary<string, string> parameters = PoolMaker.V4Parameters(PoolMaker.Token0, PoolMaker.Token1, 500, 10);
        parameters["hooks"] = hooks;
        IPoolDescription description = new UniswapV4Kind().BeginDescription(new PoolSite(PoolMaker.At, parameters));
        Assert.False(description.NextCalls([]));
        Assert.Contains(permission, description.Failure);
        Assert.Contains(hooks, description.Failure);

        parameters["harmlessHooks"] = "0x00000000000000000000000000000000000000ff, " + hooks;
        Assert.True(new UniswapV4Kind().BeginDescription(new PoolSite(PoolMaker.At, parameters)).NextCalls([]));
    }

    [Theory]
    [InlineData("currency0", "0x12", "currency0")]
    [InlineData("currency0", "0x0000000000000000000000000000000000000012", "lower")]
    [InlineData("fee", "1000000", "fee")]
    [InlineData("fee", "-1", "fee")]
    [InlineData("tickSpacing", "0", "tickSpacing")]
    [InlineData("tickSpacing", "32768", "tickSpacing")]
    [InlineData("hooks", "none", "hooks")]
    [InlineData("native", "0x0000000000000000000000000000000000000000", "native")]
    public void BeginDescription_WrongField_NamesIt(string field, string value, string named)
    {
        Dictionary<string, string> parameters = PoolMaker.V4Parameters(
            field == "native" ? Address.Zero : PoolMaker.Token0, PoolMaker.Token1, 500, 10);
        parameters[field] = value;
        IPoolDescription description = new UniswapV4Kind().BeginDescription(new PoolSite(PoolMaker.At, parameters));

        Assert.False(description.NextCalls([]));
        Assert.Contains(named, description.Failure);
        Assert.Contains(PoolMaker.At.ToString(), description.Failure);
    }

    [Fact]
    public void TryReadLog_OfAnotherPoolOfTheManager_IsLeftAlone()
    {
        UniswapV4Pool pool = Islands();
        MarketEvent e = default;
        byte[] swap = [.. Word(5), .. Word(-5), .. Word(long.MaxValue), .. Word(42), .. Word(-9), .. Word(500)];
        byte[] change = [.. Word(-120), .. Word(240), .. Word(-77), .. Word(0)];

        Assert.True(pool.TryReadLog([UniswapV4Pool.SwapEvent.Topic, pool.KeyHash, default], swap, ref e));
        Assert.Equal((MarketEventKind.Concentrated, -9, (UInt128)42), (e.Kind, e.Concentrated.Tick, e.Concentrated.Liquidity));
        Assert.True(pool.TryReadLog([UniswapV4Pool.ModifyLiquidityEvent.Topic, pool.KeyHash, default], change, ref e));
        Assert.Equal((-120, 240, (Int128)(-77)), (e.Liquidity.TickLower, e.Liquidity.TickUpper, e.Liquidity.Delta));
        Assert.True(pool.TryReadLog([UniswapV4Pool.ProtocolFeeEvent.Topic, pool.KeyHash], Word(700), ref e));
        Assert.Equal((MarketEventKind.PoolParameter, (UInt256)700), (e.Kind, e.PoolValue.Value));

        Hash32 other = new(Word(1));
        Assert.False(pool.TryReadLog([UniswapV4Pool.SwapEvent.Topic, other, default], swap, ref e));
        Assert.False(pool.TryReadLog([UniswapV4Pool.ModifyLiquidityEvent.Topic, other, default], change, ref e));
        Assert.False(pool.TryReadLog([UniswapV4Pool.SwapEvent.Topic, pool.KeyHash, default], swap.AsSpan(1), ref e));
    }

    [Fact]
    public void TryEncodeHop_BothWays_AsksTheManagerForAnExactInput()
    {
        UniswapV4Pool pool = Islands();
        byte[] data = new byte[4 + 10 * 32];
        byte[] currency0 = [.. new byte[12], .. PoolMaker.Token0.Span], currency1 = [.. new byte[12], .. PoolMaker.Token1.Span];
        byte[] limit = new byte[32];
        (TickMath.MaxSqrtRatio - 1).WriteBigEndian(limit);

        Assert.True(pool.TryEncodeHop(new SwapHop(pool.Asset1, pool.Asset0, 77, 70, 69, default), data, out Address target, out int length));

        byte[] expected =
        [
            0xf3, 0xcd, 0x91, 0x4c, .. currency0, .. currency1, .. Word(500), .. Word(10), .. Word(0), .. Word(0), .. Word(-77), .. limit,
            .. Word(9 * 32), .. Word(0),
        ];
        Assert.Equal((pool.Address, data.Length), (target, length));
        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(data));
        Assert.False(pool.TakesOrders);
    }

    private static byte[] Word(long value)
    {
        byte[] word = new byte[32];
        word.AsSpan().Fill(value < 0 ? (byte)0xff : (byte)0);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(word.AsSpan(24), value);
        return word;
    }
}
