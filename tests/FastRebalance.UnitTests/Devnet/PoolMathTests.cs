using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;

namespace FastRebalance.UnitTests.Devnet;

public sealed class PoolMathTests
{
    [Fact]
    public void RawPrice_WethInUsdc_ShiftsByTheDecimals() =>
        Assert.Equal(2.5e-9, PoolMath.RawPrice(2_500, 18, 1, 6), tolerance: 1e-20);

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.5e-9)]
    [InlineData(4e8)]
    public void SqrtPriceX96_ThereAndBack_KeepsThePrice(double price) =>
        Assert.Equal(1, PoolMath.RawPriceOfSqrt(PoolMath.SqrtPriceX96(price)) / price, tolerance: 1e-12);

    [Fact]
    public void SqrtPriceX96_PriceOne_IsTwoToThe96() =>
        Assert.Equal(UInt256.One << 96, PoolMath.SqrtPriceX96(1));

    [Theory]
    [InlineData(1.0, 60, 0)]
    [InlineData(1.00005, 1, 0)]
    [InlineData(0.99995, 1, -1)]
    [InlineData(1.0061, 60, 60)]
    [InlineData(0.9999, 60, -60)]
    [InlineData(1e-60, 60, -887220)]
    [InlineData(1e60, 10, 887270)]
    public void UsableTick_Price_RoundsDownToTheSpacing(double price, int spacing, int tick) =>
        Assert.Equal(tick, PoolMath.UsableTick(price, spacing));

    [Theory]
    [InlineData(1.02)]
    [InlineData(1.0005)]
    [InlineData(0.9995)]
    [InlineData(0.97)]
    public void ConstantProductInput_SmallMove_LandsOnThePrice(double factor)
    {
        const double reserve0 = 2_000e18;
        const double reserve1 = 5_000_000e6;
        double target = reserve1 / reserve0 * factor;

        double input = PoolMath.ConstantProductInput(reserve0, reserve1, target, out bool sellsToken0);

        (double reserveIn, double reserveOut) = sellsToken0 ? (reserve0, reserve1) : (reserve1, reserve0);
        double output = reserveOut * input * 0.997 / (reserveIn + input * 0.997);
        double after = sellsToken0 ? (reserve1 - output) / (reserve0 + input) : (reserve1 + input) / (reserve0 - output);
        Assert.Equal(factor < 1, sellsToken0);
        Assert.Equal(1, after / target, tolerance: 1e-4);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void BaseUnits_NoAmount_Throws(double amount) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PoolMath.BaseUnits(amount));
}
