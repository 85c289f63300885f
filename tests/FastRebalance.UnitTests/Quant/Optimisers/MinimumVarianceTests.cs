using FastRebalance.Quant.Optimisers;

namespace FastRebalance.UnitTests.Quant.Optimisers;

public class MinimumVarianceTests
{
    private static readonly double[] s_four =
        [0.31, 0.05, 0.55, 0.07, 0.05, 0.04, 0.18, 0.01, 0.55, 0.18, 1.28, 0.12, 0.07, 0.01, 0.12, 0.02];
    private static readonly double[] s_three = [0.05, -0.02, -0.01, -0.02, 0.21, 0.09, -0.01, 0.09, 0.04];

    // QuantConnect Lean, Tests/Algorithm/Framework/Portfolio/MinimumVariancePortfolioOptimizerTests.cs, commit 2486390: mean return .02,
    // then divided by the sum of absolute weights.
    [Theory]
    [InlineData(new[] { 0.21, 0.08, 0.88, 0.08 }, new[] { -0.089212, 0.23431, -0.040975, 0.635503 })]
    [InlineData(new[] { -0.13, 0.05, 0.14 }, new[] { 0.366812, -0.139738, 0.49345 })]
    public void WithReturn_LeanVectors_AreMet(double[] means, double[] expected)
    {
        double[] weights = new double[means.Length];

        Assert.Equal(OptimiserStatus.Solved, MinimumVariance.WithReturn(means.Length == 4 ? s_four : s_three, means, 0.02, weights));
        Assert.Equal(1, weights.Sum(), 1e-9);
        Assert.Equal(0.02, RandomMarket.Dot(means, weights), 1e-9);
        double gross = weights.Sum(Math.Abs);
        RandomMarket.AssertClose(expected, [.. weights.Select(w => w / gross)], 1e-6);
    }

    // The same, UnconstrainedMeanVariancePortfolioOptimizerTests.cs.
    [Theory]
    [InlineData(new[] { 0.21, 0.08, 0.88, 0.08 }, new[] { -13.288136, -23.322034, 8.79661, 9.389831 })]
    [InlineData(new[] { -0.13, 0.05, 0.14 }, new[] { -0.142857, -35.285714, 82.857143 })]
    public void MeanVarianceUnbounded_LeanVectors_AreMet(double[] means, double[] expected)
    {
        double[] weights = new double[means.Length];

        Assert.Equal(OptimiserStatus.Solved, MeanVariance.Unbounded(means.Length == 4 ? s_four : s_three, means, 1, weights));
        RandomMarket.AssertClose(expected, weights, 1e-6);
    }

    [Fact]
    public void Solve_SeededMarketsWithBounds_MeetsTheConditionsOfOptimality()
    {
        Random random = new(21);
        for (int round = 0; round < 60; round++)
        {
            int n = 2 + round % 14;
            double[] covariance = RandomMarket.Covariance(random, n), weights = new double[n];
            double[] lower = [.. Enumerable.Range(0, n).Select(_ => 0.5 * random.NextDouble() / n)];
            double[] upper = [.. Enumerable.Range(0, n).Select(_ => (1 + random.NextDouble()) / n)];

            Assert.Equal(OptimiserStatus.Solved, MinimumVariance.Solve(covariance, lower, upper, weights));
            Assert.Equal(1, weights.Sum(), 1e-12);
            Optimality.Check(RandomMarket.Product(covariance, weights), weights, lower, upper, 1e-9);
        }
    }

    [Fact]
    public void Solve_NoBoundBinds_IsTheClosedForm()
    {
        double[] covariance = [0.04, 0.01, 0.01, 0.09], bounded = new double[2], free = new double[2];

        MinimumVariance.Solve(covariance, [], [], bounded);
        Assert.Equal(OptimiserStatus.Solved, MinimumVariance.Unbounded(covariance, free));
        RandomMarket.AssertClose([8.0 / 11, 3.0 / 11], free, 1e-14);
        RandomMarket.AssertClose(free, bounded, 1e-10);
    }

    [Fact]
    public void Solve_Cash_TakesEverythingItMay()
    {
        double[] weights = new double[3];

        Assert.Equal(OptimiserStatus.Solved, MinimumVariance.Solve([1, 0.2, 0, 0.2, 1, 0, 0, 0, 0], [], [1, 1, 0.4], weights));
        RandomMarket.AssertClose([0.3, 0.3, 0.4], weights, 1e-10);
    }

    [Fact]
    public void Solve_BoundsThatCannotBe_IsInfeasible()
    {
        double[] weights = [9, 9];
        Assert.Equal(OptimiserStatus.Infeasible, MinimumVariance.Solve([1, 0, 0, 1], [], [0.4, 0.4], weights));
        Assert.Equal([0, 0], weights);
        Assert.Equal(OptimiserStatus.Infeasible, MinimumVariance.Solve([1, 0, 0, 1], [0.6, 0.6], [], weights));
        Assert.Equal(OptimiserStatus.Infeasible, MinimumVariance.Solve([1, 0, 0, 1], [0.6, 0], [0.5, 1], weights));
        Assert.Equal(OptimiserStatus.BadInput, MinimumVariance.Solve([1, 0, double.NaN, 1], [], [], weights));
        Assert.Equal(OptimiserStatus.BadInput, MinimumVariance.Unbounded([1, 2, 2, 1], weights));
        Assert.Equal(OptimiserStatus.BadInput, MinimumVariance.WithReturn([1, 0, 0, 1], [0.1, 0.1], 0.1, weights));
    }
}
