using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.NoTrade;

public class BandRulesTests
{
    // Swedroe's rule as told in Bogleheads' wiki and White Coat Investor: 60 % holds from 55 to 65, 10 % from 7.5 to 12.5.
    [Theory]
    [InlineData(0.60, 0.05)]
    [InlineData(0.20, 0.05)]
    [InlineData(0.10, 0.025)]
    [InlineData(0.05, 0.0125)]
    [InlineData(-0.10, 0.025)]
    [InlineData(0, 0)]
    public void FiveTwentyFive_KnownTargets_HaveTheKnownBands(double target, double halfWidth) =>
        Assert.Equal(halfWidth, BandRules.FiveTwentyFive(target), 1e-15);
}
