using System.Numerics;
using FastRebalance.Amm.Positions;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Amm.Positions;

public class RangeAmountsTests
{
    // Positions of real transactions on Polygon, USDC (6) and WETH (18): zelos-alpha/demeter tests/uni_lp_core_test.py, commit 737d436.
    [Theory]
    [InlineData("1257384995536224536278388621443072", 193420, 193460, 1989968727, 733658189325188910, 27273497828438404, 521459929)]
    [InlineData("2095880080440004692038636567265280", 202960, 204070, 379902946, 427294215400772450, 461087602302446, 342361229)]
    [InlineData("2131675114632770577480861800726528", 203960, 204090, 74315359, 27225523102383340, 390188993876725, 56491219)]
    public void TryTakenBy_PolygonMints_TakesWhatWasTaken(
        string sqrtPrice, int lower, int upper, ulong most0, ulong most1, ulong liquidity, ulong taken0)
    {
        UInt256 price = UInt256.Parse(sqrtPrice);
        Assert.True(LiquidityAmounts.TryLiquidityFor(in price, lower, upper, most0, most1, out UInt128 made));
        // The source quotes prices and amounts as doubles, so the last digits of the liquidity are its own.
        Assert.Equal((double)liquidity, (double)made, liquidity * 1e-9);

        Assert.True(RangeAmounts.TryTakenBy(in price, lower, upper, made, out TokenAmounts taken));
        Assert.Equal(taken0, taken.Amount0);
        Assert.Equal((double)most1, (double)taken.Amount1, most1 * 1e-9);
        Assert.True(taken.Amount0 <= most0 && taken.Amount1 <= most1);
    }

    [Fact]
    public void Amounts_SeededRanges_AreTheFormulaRoundedOneWay()
    {
        Random random = new(11);
        for (int i = 0; i < 20_000; i++)
        {
            int lower = random.Next(TickMath.MinTick, TickMath.MaxTick);
            int upper = random.Next(lower + 1, Math.Min(TickMath.MaxTick, lower + 1 + (1 << random.Next(20))) + 1);
            int tick = Math.Clamp(lower + random.Next(-50, upper - lower + 50), TickMath.MinTick, TickMath.MaxTick);
            UInt256 price = TickMath.SqrtRatioAtTick(tick);
            UInt128 liquidity = (UInt128)random.NextInt64() << random.Next(60);

            Assert.True(RangeAmounts.TryTakenBy(in price, lower, upper, liquidity, out TokenAmounts taken));
            Assert.True(RangeAmounts.TryPaidBy(in price, lower, upper, liquidity, out TokenAmounts paid));

            BigInteger a = (BigInteger)TickMath.SqrtRatioAtTick(lower), b = (BigInteger)TickMath.SqrtRatioAtTick(upper);
            BigInteger p = BigInteger.Min(b, BigInteger.Max(a, (BigInteger)price)), l = (BigInteger)(UInt256)liquidity;
            AssertBetween((l << 96) * (b - p), b * p, paid.Amount0, taken.Amount0, slack: 1);
            AssertBetween(l * (p - a), BigInteger.One << 96, paid.Amount1, taken.Amount1, slack: 0);
        }
    }

    // Two roundings of the first side, one of the second: never in the position's favour, and off by no more than each.
    private static void AssertBetween(BigInteger numerator, BigInteger denominator, in UInt256 paid, in UInt256 taken, int slack)
    {
        BigInteger floor = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        BigInteger ceiling = rest.IsZero ? floor : floor + 1;
        Assert.InRange((BigInteger)paid, floor - slack, floor);
        Assert.InRange((BigInteger)taken, ceiling, ceiling + slack);
    }

    [Fact]
    public void Amounts_OutsideTheRange_AreOfOneSide()
    {
        Assert.True(RangeAmounts.TryPaidBy(TickMath.SqrtRatioAtTick(-100), 0, 60, 1_000_000, out TokenAmounts below));
        Assert.True(RangeAmounts.TryPaidBy(TickMath.SqrtRatioAtTick(100), 0, 60, 1_000_000, out TokenAmounts above));

        Assert.True(below.Amount0 > 0UL && below.Amount1.IsZero);
        Assert.True(above.Amount0.IsZero && above.Amount1 > 0UL);
        Assert.False(RangeAmounts.TryPaidBy(TickMath.SqrtRatioAtTick(0), 60, 60, 1, out _));
        Assert.False(RangeAmounts.TryPaidBy(TickMath.SqrtRatioAtTick(0), 0, TickMath.MaxTick + 1, 1, out _));
    }
}
