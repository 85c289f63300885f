using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Amm;

public class TickMathTests
{
    /// <summary>Values of the official library, as its own tests and deployed pools show them.</summary>
    [Theory]
    [InlineData(-887272, "4295128739")]
    [InlineData(-887271, "4295343490")]
    [InlineData(887271, "1461373636630004318706518188784493106690254656249")]
    [InlineData(887272, "1461446703485210103287273052203988822378723970342")]
    [InlineData(0, "79228162514264337593543950336")]
    [InlineData(50, "79426470787362580746886972461")]
    [InlineData(-50, "79030349367926598376800521322")]
    [InlineData(100, "79625275426524748796330556128")]
    [InlineData(-100, "78833030112140176575862854579")]
    [InlineData(250, "80224679980005306637834519095")]
    [InlineData(500, "81233731461783161732293370115")]
    [InlineData(1000, "83290069058676223003182343270")]
    [InlineData(2500, "89776708723587163891445672585")]
    [InlineData(4000, "96768528593268422080558758223")]
    [InlineData(-4000, "64867181785621769311890333195")]
    [InlineData(50000, "965075977353221155028623082916")]
    [InlineData(-50000, "6504256538020985011912221507")]
    [InlineData(150000, "143194173941309278083010301478497")]
    [InlineData(250000, "21246587762933397357449903968194344")]
    [InlineData(500000, "5697689776495288729098254600827762987878")]
    [InlineData(738203, "847134979253254120489401328389043031315994541")]
    public void SqrtRatioAtTick_KnownTick_EqualsTheLibrary(int tick, string expected) =>
        Assert.Equal(UInt256.Parse(expected), TickMath.SqrtRatioAtTick(tick));

    [Fact]
    public void SqrtRatioAtTick_EdgeTicks_AreTheStatedLimits()
    {
        Assert.Equal(TickMath.MinSqrtRatio, TickMath.SqrtRatioAtTick(TickMath.MinTick));
        Assert.Equal(TickMath.MaxSqrtRatio, TickMath.SqrtRatioAtTick(TickMath.MaxTick));
    }

    [Fact]
    public void SqrtRatioAtTick_EveryTick_IsTheRealPriceToFifteenDigits()
    {
        UInt256 below = UInt256.Zero;
        for (int tick = TickMath.MinTick; tick <= TickMath.MaxTick; tick += 1 + (tick & 63))
        {
            UInt256 ratio = TickMath.SqrtRatioAtTick(tick);
            double real = Math.Exp(tick * (Math.Log(1.0001) / 2)) * Math.Pow(2, 96);

            // At the lowest ticks one unit of rounding up is the larger part of the distance.
            Assert.Equal(1, (double)ratio / real, 1e-9);
            Assert.True(ratio > below);
            below = ratio;
        }
    }

    [Fact]
    public void TickAtSqrtRatio_AtAndRoundEveryTick_IsTheTickThatThePriceHasReached()
    {
        for (int tick = TickMath.MinTick; tick < TickMath.MaxTick; tick += 1 + (tick & 63))
        {
            UInt256 price = TickMath.SqrtRatioAtTick(tick);
            Assert.Equal(tick, TickMath.TickAtSqrtRatio(price));
            Assert.Equal(tick, TickMath.TickAtSqrtRatio(TickMath.SqrtRatioAtTick(tick + 1) - 1));
            if (tick > TickMath.MinTick)
                Assert.Equal(tick - 1, TickMath.TickAtSqrtRatio(price - 1));
        }
    }

    [Fact]
    public void TickAtSqrtRatio_EndsOfTheScale_AreTheOutermostTicks()
    {
        Assert.Equal(TickMath.MinTick, TickMath.TickAtSqrtRatio(TickMath.MinSqrtRatio));
        Assert.Equal(TickMath.MaxTick - 1, TickMath.TickAtSqrtRatio(TickMath.MaxSqrtRatio - 1));
    }
}
