using FastRebalance.Quant.Pools;

namespace FastRebalance.UnitTests.Quant.Pools;

public class LvrTests
{
    // Milionis, Moallemi, Roughgarden and Zhang 2022: a constant product loses 3.125 bp a day at a daily volatility of 5 %.
    [Fact]
    public void Rate_ConstantProduct_IsAnEighthOfTheVariance()
    {
        Assert.Equal(3.125e-4, Lvr.Rate(0.5, 0.05), 1e-15);
        Assert.Equal(3.125e-4, Lvr.Rate([0.5, 0.5], [0.0025, 0, 0, 0]), 1e-15);
        // A full-range position of liquidity L is worth 2L√P.
        Assert.Equal(3.125e-4, Lvr.ConcentratedRate(7, 0.05, 900) / (2 * 7 * 30), 1e-15);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.4142)]
    [InlineData(2, 0.2612)]
    [InlineData(5, 0.1239)]
    [InlineData(10, 0.0660)]
    [InlineData(20, 0.0341)]
    public void PoissonTradeProbability_KnownFees_AreMet(double feeInVolatilities, double probability) =>
        Assert.Equal(probability, Lvr.PoissonTradeProbability(0.01 * feeInVolatilities, 0.01), 4);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.18407)]
    [InlineData(2, 0.11280)]
    [InlineData(5, 0.05218)]
    [InlineData(10, 0.02753)]
    [InlineData(20, 0.01415)]
    public void BlockProfit_KnownFees_AreMet(double feeInVolatilities, double profit) =>
        Assert.Equal(profit, Lvr.BlockProfit(0.01 * feeInVolatilities, 0.01) / 1e-4, 5);

    // A log price walks; a pool's price is pulled to the edge of the fee band where the market leaves it.
    [Theory]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(1, true)]
    [InlineData(5, true)]
    public void TradeProbabilityAndProfit_Simulated_AreMet(double fee, bool isPoisson)
    {
        Random random = new(23);
        const int blocks = 1_000_000;
        double gap = 0, trades = 0, profit = 0;
        for (int i = 0; i < blocks; i++)
        {
            double time = isPoisson ? -Math.Log(1 - random.NextDouble()) : 1;
            gap += Math.Sqrt(time) * RandomMarket.Normal(random);
            double over = Math.Abs(gap) - fee;
            if (over <= 0)
                continue;
            trades++;
            profit += over * over / 2;
            gap = Math.CopySign(fee, gap);
        }

        if (isPoisson)
            Assert.Equal(1, trades / blocks / Lvr.PoissonTradeProbability(fee, 1), 0.01);
        else
            Assert.Equal(1, profit / blocks / Lvr.BlockProfit(fee, 1), 0.01);
    }

    [Fact]
    public void RebalancingPremium_SimulatedMix_GrowsByThatMuchMore()
    {
        Random random = new(29);
        double[] weights = [0.3, 0.5, 0.2], covariance = [0.64, 0.12, 0, 0.12, 0.25, 0, 0, 0, 0];
        const int steps = 400_000;
        double root = Math.Sqrt(1.0 / steps), growth = 0, mean = 0;
        for (int i = 0; i < steps; i++)
        {
            double common = RandomMarket.Normal(random);
            double[] moves = [0.8 * common * root, 0.5 * root * (0.3 * common + Math.Sqrt(0.91) * RandomMarket.Normal(random)), 0];
            growth += Math.Log(1 + weights.Zip(moves, (w, m) => w * (Math.Exp(m) - 1)).Sum());
            mean += RandomMarket.Dot(weights, moves);
        }

        Assert.Equal(1, (growth - mean) / RebalancingPremium.Rate(weights, covariance), 0.02);
    }

    [Fact]
    public void WeightedPool_HalfAndHalf_IsTheSquareRoot()
    {
        Assert.Equal(2, WeightedPool.ValueRatio([0.5, 0.5], [4, 1]), 1e-12);
        Assert.Equal(0.8 - 1, WeightedPool.DivergenceLoss([0.5, 0.5], [4, 1]), 1e-12);
        // Reserves 10 and 1000 at a price of 100: worth 2000.
        Assert.Equal(2000, WeightedPool.Value([0.5, 0.5], [100, 1], Math.Sqrt(10 * 1000)), 1e-9);
    }

    // Willetts 2026: .8/.15/.05 to .2/.3/.5 in 100 steps costs .009879 straight, .009576 along the sphere and 2ω²/f = .009565.
    [Fact]
    public void WeightPath_KnownJourney_CostsWhatIsKnown()
    {
        double[] from = [0.8, 0.15, 0.05], to = [0.2, 0.3, 0.5];

        Assert.Equal(0.009879, Cost(WeightPath.Linear), 6);
        Assert.Equal(0.009576, Cost(WeightPath.Spherical), 6);
        Assert.Equal(0.009565, WeightPath.SphericalCost(from, to, 100), 6);

        double Cost(Step walk)
        {
            double[] last = [.. from], next = new double[3];
            double cost = 0;
            for (int i = 1; i <= 100; i++)
            {
                walk(from, to, i / 100.0, next);
                Assert.Equal(1, next.Sum(), 1e-12);
                cost += WeightPath.StepCost(last, next);
                next.CopyTo(last, 0);
            }
            RandomMarket.AssertClose(to, last, 1e-12);
            return cost;
        }
    }

    [Fact]
    public void WeightPath_NoWayToGo_Stays()
    {
        double[] result = new double[2];
        WeightPath.Spherical([0.5, 0.5], [0.5, 0.5], 0.3, result);
        Assert.Equal([0.5, 0.5], result);
        Assert.Equal(0, WeightPath.StepCost([0.5, 0.5], [0.5, 0.5]));
        Assert.Equal(double.PositiveInfinity, WeightPath.StepCost([0, 1], [0.5, 0.5]));
    }

    [Fact]
    public void PoolDelta_SmallMoves_AreTheSlopeOfTheValue()
    {
        const double step = 1e-3;
        foreach (double price in new[] { 800.0, 1500, 1990, 2600 })
        {
            double delta = (Value(price + step) - Value(price - step)) / (2 * step);
            double gamma =
                (PoolDelta.Concentrated(50, price + step, 1000, 2500) - PoolDelta.Concentrated(50, price - step, 1000, 2500)) / (2 * step);
            Assert.Equal(delta, PoolDelta.Concentrated(50, price, 1000, 2500), 1e-7);
            Assert.Equal(gamma, PoolDelta.ConcentratedGamma(50, price, 1000, 2500), 1e-9);
        }
        Assert.Equal(0.5, PoolDelta.Weighted(0.5, 2000, 2000));

        static double Value(double p) => p * PoolDelta.Concentrated(50, p, 1000, 2500) + PoolDelta.ConcentratedQuote(50, p, 1000, 2500);
    }

    private delegate void Step(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> result);
}
