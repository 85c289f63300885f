using FastRebalance.Quant.Floors;

namespace FastRebalance.UnitTests.Quant.Floors;

public class CppiTests
{
    // Worked example of acadifi.com: 10M, floor 8.5M, multiplier 3; and of Investopedia: 100k, floor 90k, multiplier 5.
    [Theory]
    [InlineData(10e6, 8.5e6, 3, 4.5e6)]
    [InlineData(10.225e6, 8.5e6, 3, 5.175e6)]
    [InlineData(9.775e6, 8.5e6, 3, 3.825e6)]
    [InlineData(100e3, 90e3, 5, 50e3)]
    [InlineData(100e3, 50e3, 5, 100e3)]
    [InlineData(90e3, 90e3, 5, 0)]
    [InlineData(80e3, 90e3, 5, 0)]
    [InlineData(double.NaN, 90e3, 5, 0)]
    public void Exposure_WorkedExamples_AreMet(double value, double floor, double multiplier, double exposure) =>
        Assert.Equal(exposure, Cppi.Exposure(value, floor, multiplier, 1), 1e-6);

    [Fact]
    public void CushionAfter_FallOfTheGap_IsNothing()
    {
        Assert.Equal(0, Cppi.CushionAfter(1.5e6, 3, -Cppi.GapToFloor(3), 0), 1e-6);
        Assert.Equal(1.725e6, Cppi.CushionAfter(1.5e6, 3, 0.05, 0), 1e-6);
        Assert.Equal(1.5e6 * 1.01, Cppi.CushionAfter(1.5e6, 3, 0.01, 0.01), 1e-6);
    }

    // Balder, Brandl and Mahayni's formula; the Monte-Carlo values beside it are .2519, .8095 and .0081. A year has 52 weeks.
    [Theory]
    [InlineData(4, 52, 0.252456, 1e-6)]
    [InlineData(4, 12, 0.809856, 1e-6)]
    [InlineData(3, 52, 0.008261, 1e-6)]
    [InlineData(5, 365, 2.02e-5, 1e-7)]
    [InlineData(4, 365, 1.35e-9, 1e-11)]
    public void ShortfallProbability_KnownCases_AreMet(double multiplier, int steps, double probability, double tolerance) =>
        Assert.Equal(probability, Cppi.ShortfallProbability(multiplier, 0, 0, 0.8, 1.0 / steps, steps), tolerance);

    [Fact]
    public void ShortfallProbability_Simulated_IsMet()
    {
        Random random = new(13);
        int broken = 0;
        const int paths = 20_000;
        double deviation = 0.8 / Math.Sqrt(52);
        for (int path = 0; path < paths; path++)
            for (int week = 0; week < 52; week++)
                if (Math.Exp(deviation * RandomMarket.Normal(random) - deviation * deviation / 2) - 1 < -0.25)
                {
                    broken++;
                    break;
                }

        Assert.Equal(0.252456, (double)broken / paths, 0.01);
    }

    [Fact]
    public void ShortfallProbability_UnleveredCushion_CannotBreak() =>
        Assert.Equal(0, Cppi.ShortfallProbability(1, 0, 0, 0.8, 1 / 52.0, 52));

    [Fact]
    public void ContinuousCushion_SmallSteps_AreItsLimit()
    {
        Random random = new(17);
        double cushion = 1, price = 1;
        const int steps = 200_000;
        double deviation = 0.5 / Math.Sqrt(steps);
        for (int i = 0; i < steps; i++)
        {
            double ratio = Math.Exp(deviation * RandomMarket.Normal(random));
            cushion = Cppi.CushionAfter(cushion, 3, ratio - 1, 0.02 / steps);
            price *= ratio;
        }

        Assert.Equal(1, cushion / Cppi.ContinuousCushion(1, 3, price, 0.02, 0.5, 1), 0.02);
    }

    [Fact]
    public void RatchetFloor_ValueFalls_FloorStays()
    {
        Assert.Equal(85, Cppi.RatchetFloor(80, 0.85, 100));
        Assert.Equal(85, Cppi.RatchetFloor(85, 0.85, 90));
        Assert.Equal(80 * Math.Exp(0.05), Cppi.FloorAfter(80, 0.1, 0.5), 1e-12);
    }
}
