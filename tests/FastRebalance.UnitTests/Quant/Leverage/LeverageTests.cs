using FastRebalance.Quant.Leverage;
using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.Leverage;

public class LeverageTests
{
    // The test fixture of IndexCoop's FlexibleLeverageStrategyExtension, commit c852c02: target 2, band 1.7 to 2.3, speed 5 %, ripcord 2.6.
    private static readonly LeverageRule s_rule = new(2, 1.7, 2.3, 0.05, 2.6);

    [Theory]
    [InlineData(1.5, 1.7)]
    [InlineData(1.9, 1.905)]
    [InlineData(2.1, 2.095)]
    [InlineData(2.3, 2.285)]
    [InlineData(2.5, 2.3)]
    [InlineData(2.6, 2.3)]
    [InlineData(double.NaN, double.NaN)]
    public void Next_FlexibleLeverage_Recentres(double current, double next) => Assert.Equal(next, s_rule.Next(current), 1e-12);

    // The same fixture: two units of collateral and a debt of 1000, at one price each.
    [Theory]
    [InlineData(1010, 1.980392, 1.981373)]
    [InlineData(1300, 1.625, 1.7)]
    [InlineData(850, 2.428571, 2.3)]
    [InlineData(990, 2.020408, 2.019388)]
    public void Next_FixturePrices_AreMet(double price, double current, double next)
    {
        double leverage = LeverageMath.Of(2 * price, 1000);

        Assert.Equal(current, leverage, 1e-6);
        Assert.Equal(next, s_rule.Next(leverage), 1e-6);
    }

    // The scenario of its integration test, ETH 1000 -> 1010 -> 1100 -> 800 -> 650, each step fully traded; liquidation threshold 75
    // %, 1 % of it
    // left alone. At 800 the ripcord is pulled; at 650 the lender's limit cuts the trade.
    [Fact]
    public void Chunk_FlexibleLeverageScenario_EndsAtTheLendersLimit()
    {
        double units = 2, debt = 1000;
        (double Price, double Before, double After)[] expected =
            [(1010, 1.980392, 1.981373), (1100, 1.834105, 1.842399), (800, 2.693172, 2.3), (650, 3.285714, 3.078403)];
        foreach ((double price, double before, double after) in expected)
        {
            double leverage = LeverageMath.Of(units * price, debt);
            double chunk = LeverageMath.Chunk(units * price, debt, s_rule.Next(leverage), 0.75, 0.01, double.PositiveInfinity);
            Assert.Equal(before, leverage, 1e-6);
            Assert.Equal(price <= 800, s_rule.IsRipcord(leverage));
            units += chunk / price;
            debt += chunk;
            Assert.Equal(after, LeverageMath.Of(units * price, debt), 1e-6);
        }
    }

    [Fact]
    public void Chunk_Limits_CutBothWays()
    {
        Assert.Equal(50, LeverageMath.Chunk(2000, 1000, 3, 0.75, 0, 50));
        Assert.Equal(500, LeverageMath.Chunk(2000, 1000, 3, 0.75, 0, 5000));
        Assert.Equal(-50, LeverageMath.Chunk(2000, 1000, 1.5, 0.75, 0, 50));
        Assert.Equal(0, LeverageMath.Chunk(1000, 1000, 2, 0.75, 0, 50));
        Assert.Equal(0, LeverageMath.Chunk(2000, 1000, double.NaN, 0.75, 0, 50));
        Assert.Equal(0, LeverageMath.Chunk(2000, 1000, 1.5, 0.4, 0, 5000)); // Beyond the limit already: nothing may leave first.
        Assert.Equal(double.PositiveInfinity, LeverageMath.Of(1000, 1000));
    }

    // Cheng and Madhavan 2009: net asset value 1, a move of 5 %.
    [Theory]
    [InlineData(2, 0.10)]
    [InlineData(3, 0.30)]
    [InlineData(-1, 0.10)]
    [InlineData(1, 0)]
    public void HedgingDemand_KnownFunds_AreMet(double leverage, double demand)
    {
        Assert.Equal(demand, LeverageMath.HedgingDemand(leverage, 0.05, 1), 1e-15);
        // What it is: exposure wanted after the move less exposure then held.
        Assert.Equal(demand, leverage * (1 + leverage * 0.05) - leverage * 1.05, 1e-15);
    }

    // Avellaneda and Zhang 2009, against a simulated path of 100 800 steps.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(-2)]
    public void ValueRatio_SimulatedFund_IsMet(double leverage)
    {
        Random random = new(19);
        const int steps = 100_800;
        double price = 1, value = 1, variance = 0, deviation = 0.4 / Math.Sqrt(steps);
        for (int i = 0; i < steps; i++)
        {
            double move = deviation * RandomMarket.Normal(random);
            price *= 1 + move;
            value *= 1 + leverage * move;
            variance += move * move;
        }

        Assert.Equal(1, value / LeverageMath.ValueRatio(leverage, price, variance), 2e-4);
    }

    [Fact]
    public void PriceAt_Bound_HasThatLeverage()
    {
        double price = LeverageMath.PriceAt(2, 1000, 2.3);
        Assert.Equal(2.3, LeverageMath.Of(2 * price, 1000), 1e-12);
        Assert.Equal(2.3, LeverageMath.AfterReturn(2, price / 1000 - 1), 1e-12);
        Assert.Equal(double.PositiveInfinity, LeverageMath.AfterReturn(2, -0.5));
    }

    // zelos-alpha/demeter tests/aave_market_test.py, commit 737d436: 4.2 WETH with a threshold of .825 against a debt of 3300.
    [Theory]
    [InlineData(1000, 1.05, 0, 4200, 3300)]
    [InlineData(920, 0.966, 0.5, 2131.5, 1650)]
    [InlineData(900, 0.945, 1, 315, 0)]
    public void HealthFactor_AaveLiquidation_IsMet(double price, double health, double closeFactor, double collateralLeft, double debtLeft)
    {
        double measured = HealthFactor.Of(4.2 * price * 0.825, 3300);
        double repaid = HealthFactor.CloseFactor(measured) * 3300;

        Assert.Equal(health, measured, 1e-12);
        Assert.Equal(closeFactor, HealthFactor.CloseFactor(measured));
        Assert.Equal(collateralLeft, 4.2 * price - 1.05 * repaid, 1e-9);
        Assert.Equal(debtLeft, 3300 - repaid, 1e-9);
        if (closeFactor == 0.5)
            Assert.Equal(1.06575, HealthFactor.Of(collateralLeft * 0.825, debtLeft), 1e-12);
    }

    [Fact]
    public void HealthFactor_FiveEtherAgainstAThousand_IsFour() => Assert.Equal(4.125, HealthFactor.Of(5000 * 0.825, 1000));

    [Fact]
    public void RepayAndBoost_AfterTheTrade_HaveTheHealthWanted()
    {
        const double threshold = 0.825, cost = 0.004;
        double repay = HealthFactor.RepaySize(4200 * threshold, 3300, threshold, cost, 1.5);
        double boost = HealthFactor.BoostSize(5000 * threshold, 1000, threshold, cost, 1.5);

        Assert.Equal(1.5, HealthFactor.Of((4200 - repay) * threshold, 3300 - repay * (1 - cost)), 1e-12);
        Assert.Equal(1.5, HealthFactor.Of((5000 + boost * (1 - cost)) * threshold, 1000 + boost), 1e-12);
        Assert.Equal(0, HealthFactor.RepaySize(5000 * threshold, 1000, threshold, cost, 1.5));
        Assert.Equal(0, HealthFactor.BoostSize(4200 * threshold, 3300, threshold, cost, 1.5));
        Assert.True(double.IsNaN(HealthFactor.RepaySize(100, 3300, 0.9, 0.1, 1)));
        Assert.True(double.IsNaN(HealthFactor.Of(1, double.NaN)));
        Assert.Equal(double.PositiveInfinity, HealthFactor.Of(1, 0));
    }

    [Fact]
    public void HealthAndLeverage_BackAndForth_AreTheSame()
    {
        Assert.Equal(1.65, HealthFactor.FromLeverage(2, 0.825), 1e-12);
        Assert.Equal(2, HealthFactor.ToLeverage(1.65, 0.825), 1e-12);
        Assert.Equal(1, HealthFactor.ToLeverage(double.PositiveInfinity, 0.825));
        Assert.Equal(double.PositiveInfinity, HealthFactor.FromLeverage(1, 0.825));
        Assert.Equal(1, HealthFactor.Of(4.2 * HealthFactor.LiquidationPrice(4.2, 3300, 0.825) * 0.825, 3300), 1e-12);
        Assert.Equal(Math.Exp(3 * 1.5 * 0.1 + 0.05), HealthFactor.SafeTrigger(3, 1.5, 0.01, 0.05), 1e-12);
    }

    [Fact]
    public void HedgeBand_NoGas_IsTheBandOfWhalleyAndWilmott()
    {
        double closed = HedgeBand.HalfWidth(2000, -1e-3, 0.0005, 5e-5);
        NoTradeRule rule = HedgeBand.WithGas(2000, -1e-3, 0.8, 0.0005, 5e-5, 0);

        Assert.Equal(closed, rule.TriggerDrift, closed * 1e-12);
        Assert.True(HedgeBand.WithGas(2000, -1e-3, 0.8, 0.0005, 5e-5, 3).TriggerDrift > closed);
        Assert.Equal(0.98, HedgeBand.MinimumVarianceRatio(0.49, 0.5), 1e-12);
    }
}
