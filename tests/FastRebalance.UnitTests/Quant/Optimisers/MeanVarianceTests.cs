using FastRebalance.Quant.Optimisers;

namespace FastRebalance.UnitTests.Quant.Optimisers;

public class MeanVarianceTests
{
    [Fact]
    public void Solve_SeededMarketsWithCosts_MeetsTheConditionsOfOptimality()
    {
        Random random = new(33);
        for (int round = 0; round < 60; round++)
        {
            int n = 2 + round % 14;
            double[] covariance = RandomMarket.Covariance(random, n), previous = RandomMarket.Weights(random, n), weights = new double[n];
            double[] means = [.. Enumerable.Range(0, n).Select(_ => RandomMarket.Normal(random) * 0.3)];
            double[] costs = [.. Enumerable.Range(0, n).Select(_ => 0.2 * random.NextDouble())];

            Assert.Equal(OptimiserStatus.Solved, MeanVariance.Solve(covariance, means, 4, costs, previous, [], [], weights));
            double[] slopes = [.. RandomMarket.Product(covariance, weights).Select((s, i) => 4 * s - means[i])];
            Optimality.Check(
                [.. slopes.Select((s, i) => s + (weights[i] >= previous[i] ? costs[i] : -costs[i]))],
                [.. slopes.Select((s, i) => s + (weights[i] > previous[i] ? costs[i] : -costs[i]))],
                weights, new double[n], [.. Enumerable.Repeat(1.0, n)], 1e-9);
            Assert.Equal(1, weights.Sum(), 1e-12);
        }
    }

    [Fact]
    public void Solve_DearTurnover_StaysWhereItIs()
    {
        double[] previous = [0.2, 0.3, 0.5], weights = new double[3];

        Assert.Equal(
            OptimiserStatus.Solved,
            MeanVariance.Solve([0.5, 0, 0, 0, 0.4, 0, 0, 0, 0], [0.3, 0.1, 0], 4, [5, 5, 5], previous, [], [], weights));
        Assert.Equal(previous, weights);
    }

    [Fact]
    public void Solve_CashBeside_IsTheClosedFormWhereNoBoundBinds()
    {
        double[] bounded = new double[3], free = new double[2];
        MeanVariance.Solve([0.5, 0.1, 0, 0.1, 0.4, 0, 0, 0, 0], [0.3, 0.2, 0], 4, [], [], [], [], bounded);
        MeanVariance.Unbounded([0.5, 0.1, 0.1, 0.4], [0.3, 0.2], 4, free);

        RandomMarket.AssertClose([free[0], free[1], 1 - free[0] - free[1]], bounded, 1e-10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Solve_NoRiskAversion_IsBadInput(double aversion)
    {
        double[] weights = [9];
        Assert.Equal(OptimiserStatus.BadInput, MeanVariance.Solve([1], [1], aversion, [], [], [], [], weights));
        Assert.Equal(OptimiserStatus.BadInput, MeanVariance.Unbounded([1], [1], aversion, weights));
        Assert.Equal(0, weights[0]);
    }

    [Fact]
    public void MaximumSharpe_SeededMarkets_NoAssetWouldRaiseTheRatio()
    {
        Random random = new(5);
        for (int round = 0; round < 60; round++)
        {
            int n = 2 + round % 10;
            double[] covariance = RandomMarket.Covariance(random, n), weights = new double[n];
            double[] means = [.. Enumerable.Range(0, n).Select(i => i == 0 ? 0.2 : RandomMarket.Normal(random) * 0.3)];

            Assert.Equal(OptimiserStatus.Solved, MaximumSharpe.Solve(covariance, means, weights));
            Assert.Equal(1, weights.Sum(), 1e-12);
            double[] marginal = RandomMarket.Product(covariance, weights);
            double price = RandomMarket.Dot(means, weights) / RandomMarket.Dot(weights, marginal);
            for (int i = 0; i < n; i++)
            {
                double slope = means[i] - price * marginal[i];
                Assert.True(weights[i] > 0 ? Math.Abs(slope) < 1e-8 : weights[i] == 0 && slope < 1e-8);
            }
        }
    }

    [Fact]
    public void MaximumSharpe_NothingWorthHolding_IsInfeasible()
    {
        double[] weights = [9, 9];
        Assert.Equal(OptimiserStatus.Infeasible, MaximumSharpe.Solve([1, 0, 0, 1], [-0.1, 0], weights));
        Assert.Equal([0, 0], weights);
        Assert.Equal(OptimiserStatus.BadInput, MaximumSharpe.Solve([1, 0, 0, 0], [0.1, 0.1], weights));
    }
}
