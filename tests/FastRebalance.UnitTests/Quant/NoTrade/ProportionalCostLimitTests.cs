using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.NoTrade;

public class ProportionalCostLimitTests
{
    // μ = 8 %, σ = 16 %, γ = 5: gaps from a separate solution of the equation of Gerhold, Guasoni, Muhle-Karbe and Schachermayer 2013.
    [Theory]
    [InlineData(0.01, 0.005511384, 0.581942, 0.668058)]
    [InlineData(0.001, 0.002578929, 0.604852, 0.645148)]
    [InlineData(0.0001, 0.001199336, 0.615630, 0.634370)]
    public void Solve_KnownGaps_AreMet(double spread, double gap, double buyBelow, double sellAbove)
    {
        ProportionalCostLimit limit = ProportionalCostLimit.Solve(0.08, 0.16, 5, spread);

        Assert.Equal(gap, limit.Gap, 9);
        Assert.Equal(buyBelow, limit.BuyBelow, 6);
        Assert.Equal(sellAbove, limit.SellAbove, 6);
    }

    [Fact]
    public void Solve_SpreadOfOnePercent_CostsJustOverOneBasisPoint() =>
        Assert.Equal(1.187e-4, ProportionalCostLimit.Solve(0.08, 0.16, 5, 0.01).SafeRateLoss, 7);

    [Theory]
    [InlineData(0.01, 0.011)]
    [InlineData(0.001, 0.0025)]
    [InlineData(1e-5, 2e-4)]
    public void Solve_AgainstTheClosedForm_DiffersByLittle(double spread, double share)
    {
        const double weight = 0.625;
        double drift = Math.Pow(0.16 * weight * (1 - weight), 2);
        NoTradeRule edge = NoTradeRegion.Edge(drift, 5 * 0.16 * 0.16, spread / 2);
        ProportionalCostLimit limit = ProportionalCostLimit.Solve(0.08, 0.16, 5, spread);

        Assert.Equal(1, edge.TriggerDrift / ((limit.SellAbove - limit.BuyBelow) / 2), share);
    }

    [Theory]
    [InlineData(0.2, 0.01)]
    [InlineData(-0.1, 0.01)]
    [InlineData(0.08, 0)]
    [InlineData(0.08, 1)]
    [InlineData(0.08, double.NaN)]
    public void Solve_OutsideItsRange_Throws(double excessReturn, double spread) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ProportionalCostLimit.Solve(excessReturn, 0.16, 5, spread));
}
