using FastRebalance.Amm.Positions;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Amm.Positions;

public class LiquidityPositionTests
{
    private static readonly UInt256 Q128 = UInt256.One << 128;

    [Fact]
    public void OwedAt_CounterThatWrapped_CountsTheDifference()
    {
        FeeGrowth before = new(UInt256.MaxValue - Q128, UInt256.MaxValue);
        FeeGrowth after = new((Q128 << 1) - 1, Q128 >> 1);
        LiquidityPosition position = LiquidityPosition.Of(-60, 60, 1001, in before, 5, 7);

        (UInt128 owed0, UInt128 owed1) = position.OwedAt(in after);

        Assert.Equal((UInt128)(5 + 3 * 1001), owed0); // 2^128·2 − 1 − (2^256 − 1 − 2^128) is three times 2^128
        Assert.Equal((UInt128)(7 + 500), owed1);      // half of 1001, and a trifle, rounded down
    }

    [Fact]
    public void TryAdd_LaterLiquidity_EarnsFromThenOn()
    {
        LiquidityPosition position = new(-60, 60);
        Assert.True(position.TryAdd(100, default));
        Assert.True(position.TryAdd(900, new FeeGrowth(Q128, default)));

        Assert.Equal(((UInt128)(100 + 1000), (UInt128)0), position.OwedAt(new FeeGrowth(Q128 + Q128, default)));
        Assert.False(position.TryAdd(UInt128.MaxValue, default));
        Assert.Equal((UInt128)1000, position.Liquidity);
    }

    [Fact]
    public void TryRemove_ThenCollect_PaysFeesAndWhatWasWithdrawn()
    {
        UInt256 price = TickMath.SqrtRatioAtTick(0);
        LiquidityPosition position = new(-60, 60);
        Assert.True(position.TryAdd(1_000_000, default));
        TokenAmounts whole = position.AmountsAt(in price);
        FeeGrowth inside = new(Q128 >> 10, default);

        Assert.False(position.TryRemove(1_000_001, in inside, in price, out _));
        Assert.True(position.TryRemove(1_000_000, in inside, in price, out TokenAmounts paid));
        TokenAmounts first = position.Collect(new FeeGrowth(Q128, Q128), 1, UInt128.MaxValue);
        TokenAmounts rest = position.Collect(default, UInt128.MaxValue, UInt128.MaxValue);

        Assert.Equal(whole, paid);
        Assert.Equal(new TokenAmounts(1, whole.Amount1), first);
        Assert.Equal(new TokenAmounts(whole.Amount0 + (1_000_000 >> 10) - 1, 0), rest);
        Assert.Equal(default, position.Collect(default, UInt128.MaxValue, UInt128.MaxValue));
    }

    [Fact]
    public void LiquidityPosition_NoRange_IsRefused() => Assert.Throws<ArgumentException>(() => new LiquidityPosition(60, 60));
}
