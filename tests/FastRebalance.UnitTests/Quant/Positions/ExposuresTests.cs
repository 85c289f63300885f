using FastRebalance.Quant.Positions;

namespace FastRebalance.UnitTests.Quant.Positions;

public class ExposuresTests
{
    private static LiquidityExposure Range(double price) => Exposures.Concentrated(50, price, 1000, 2500);

    [Theory]
    [InlineData(800)]
    [InlineData(1200)]
    [InlineData(2499)]
    [InlineData(2600)]
    public void Concentrated_SmallMoves_AreTheSlopesOfTheValue(double price) => AssertSlopes(Range, price);

    [Fact]
    public void ConstantProductAndWeighted_SmallMoves_AreTheSlopesOfTheValue()
    {
        AssertSlopes(price => Exposures.ConstantProduct(50, price), 1700);
        foreach (double weight in new[] { 0.2, 0.5, 0.8 })
            AssertSlopes(price => Exposures.Weighted(weight, 3000 * Math.Pow(price / 1700, weight), price), 1700);
        // A constant product is the weighted pool of halves, and the range without ends.
        LiquidityExposure whole = Exposures.ConstantProduct(50, 1700), half = Exposures.Weighted(0.5, whole.Value, 1700);
        LiquidityExposure endless = Exposures.Concentrated(50, 1700, 1e-20, 1e24);
        Assert.Equal(whole.Delta, half.Delta, 1e-12);
        Assert.Equal(whole.Gamma, half.Gamma, 1e-15);
        Assert.Equal(whole.Value, endless.Value, 1e-6);
        Assert.Equal(whole.Gamma, endless.Gamma, 1e-15);
    }

    private static void AssertSlopes(Func<double, LiquidityExposure> at, double price)
    {
        const double step = 1e-2;
        LiquidityExposure up = at(price + step), down = at(price - step), here = at(price);
        Assert.Equal((up.Value - down.Value) / (2 * step), here.Delta, 1e-7);
        Assert.Equal((up.Delta - down.Delta) / (2 * step), here.Gamma, 1e-9);
    }

    [Fact]
    public void Concentrated_AtTheEndsOfItsRange_OnlyGammaJumps()
    {
        foreach ((double end, double inside) in new[] { (1000, 1e-9), (2500, -1e-9) })
        {
            LiquidityExposure within = Range(end * (1 + inside)), beyond = Range(end * (1 - inside));
            Assert.Equal(within.Value, beyond.Value, 1e-3);
            Assert.Equal(within.Delta, beyond.Delta, 1e-6);
            Assert.Equal(0, beyond.Gamma);
            Assert.Equal(-50 / (2 * end * Math.Sqrt(end)), within.Gamma, 1e-9);
        }
        Assert.Equal(50 * (1 / Math.Sqrt(1000) - 1 / Math.Sqrt(2500)), Range(1).Delta, 1e-15);
        Assert.Equal(0, Range(1e9).Delta, 1e-15);
        Assert.Equal(50 * (Math.Sqrt(2500) - Math.Sqrt(1000)), Range(1e9).Value, 1e-9);
    }

    [Fact]
    public void BookDelta_EveryLeg_AddsUp()
    {
        BookDelta book = default;
        book.AddSpot(3);
        book.AddBorrowed(5);
        book.AddFutures(-0.25);
        book.AddPool(Range(1500));
        book.AddPool(Exposures.ConstantProduct(20, 1500));

        Assert.Equal(3 - 5 - 0.25 + Range(1500).Delta + 20 / Math.Sqrt(1500), book.Net, 1e-12);
        Assert.Equal(Range(1500).Gamma - 20 / (2 * 1500 * Math.Sqrt(1500)), book.Gamma, 1e-15);
        Assert.Equal(book.Net * 1500, book.ExposureAt(1500), 1e-9);
    }
}
