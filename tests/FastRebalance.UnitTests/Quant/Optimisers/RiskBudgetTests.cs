using FastRebalance.Quant.Optimisers;

namespace FastRebalance.UnitTests.Quant.Optimisers;

public class RiskBudgetTests
{
    // QuantConnect Lean, Tests/Algorithm/Framework/Portfolio/RiskParityPortfolioOptimizerTests.cs, commit 2486390: all eight cases.
    [Theory]
    [InlineData(0.25, -0.2, 0.25, 0.5, 3.162278, 3.162278)]
    [InlineData(0.01, 0, 0.04, 0.5, 7.071068, 3.535534)]
    [InlineData(1, 0.45, 0.25, 0.5, 0.512989, 1.025978)]
    [InlineData(0.25, 0.05, 0.04, 0.5, 1.154701, 2.886751)]
    [InlineData(0.25, -0.2, 0.25, 0.25, 2.965685, 3.285618)]
    [InlineData(0.01, 0, 0.04, 0.25, 5, 4.330127)]
    [InlineData(1, 0.45, 0.25, 0.25, 0.264749, 1.510089)]
    [InlineData(0.25, 0.05, 0.04, 0.25, 0.681774, 3.924933)]
    public void Unscaled_LeanVectors_AreMet(double s11, double s12, double s22, double budget, double first, double second)
    {
        double[] amounts = new double[2];

        Assert.Equal(OptimiserStatus.Solved, RiskBudget.Unscaled([s11, s12, s12, s22], [budget, 1 - budget], amounts));
        RandomMarket.AssertClose([first, second], amounts, 1.2e-6);
    }

    // pmorissette/ffn tests/test_core.py, commit ed266d2: equal risk contribution with the sample covariance of AAPL, MSFT and C.
    [Fact]
    public void Solve_FfnEqualRisk_IsMet()
    {
        double[] weights = new double[3];

        Assert.Equal(OptimiserStatus.Solved, RiskBudget.Solve(FfnPrices.Covariance(), [1, 1, 1], weights));
        RandomMarket.AssertClose([0.234529, 0.409090, 0.356381], weights, 1e-6);
        RandomMarket.AssertClose([0.234, 0.409, 0.356], weights, 1e-3);
    }

    // The same file with its default, the covariance of Ledoit and Wolf.
    [Fact]
    public void Solve_FfnEqualRiskAfterLedoitWolf_IsMet()
    {
        double[] covariance = new double[9], weights = new double[3];
        FastRebalance.Quant.Estimates.Shrinkage.LedoitWolf(FfnPrices.Returns(), 3, covariance);

        Assert.Equal(OptimiserStatus.Solved, RiskBudget.Solve(covariance, [1, 1, 1], weights));
        RandomMarket.AssertClose([0.270, 0.374, 0.356], weights, 1e-3);
    }

    [Fact]
    public void Solve_SeededMarkets_GiveEachItsShareOfRisk()
    {
        Random random = new(8);
        for (int round = 0; round < 60; round++)
        {
            int n = 2 + round % 12;
            double[] covariance = RandomMarket.Covariance(random, n), budgets = RandomMarket.Weights(random, n), weights = new double[n];

            Assert.Equal(OptimiserStatus.Solved, RiskBudget.Solve(covariance, budgets, weights));
            double[] marginal = RandomMarket.Product(covariance, weights);
            double variance = RandomMarket.Dot(weights, marginal);
            RandomMarket.AssertClose(budgets, [.. weights.Select((w, i) => w * marginal[i] / variance)], 1e-10);
            Assert.Equal(1, weights.Sum(), 1e-12);
        }
    }

    [Fact]
    public void Solve_CashOrNoBudget_IsBadInput()
    {
        double[] weights = [9, 9];
        Assert.Equal(OptimiserStatus.BadInput, RiskBudget.Solve([1, 0, 0, 0], [1, 1], weights));
        Assert.Equal([0, 0], weights);
        Assert.Equal(OptimiserStatus.BadInput, RiskBudget.Solve([1, 0, 0, 1], [1, 0], weights));
        Assert.Equal(OptimiserStatus.BadInput, RiskBudget.Solve([1, double.NaN, 0, 1], [1, 1], weights));
    }
}
