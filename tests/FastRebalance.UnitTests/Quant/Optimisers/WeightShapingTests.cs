using FastRebalance.Quant.Optimisers;

namespace FastRebalance.UnitTests.Quant.Optimisers;

public class WeightShapingTests
{
    // pmorissette/ffn tests/test_core.py, commit ed266d2.
    [Fact]
    public void InverseVolatility_FfnVector_IsMet()
    {
        double[] weights = new double[3];
        Assert.Equal(OptimiserStatus.Solved, InverseVolatility.Solve(FfnPrices.Covariance(), weights));
        RandomMarket.AssertClose([0.217860, 0.464423, 0.317717], weights, 1e-6);
        Assert.Equal(OptimiserStatus.BadInput, InverseVolatility.Solve([1, 0, 0, 0], new double[2]));
    }

    // pmorissette/ffn tests/test_core.py, commit ed266d2: limit_weights.
    [Fact]
    public void Cap_FfnVector_IsMet()
    {
        double[] weights = [0.3, 0.1, 0.05, 0.05, 0.5];
        Assert.Equal(OptimiserStatus.Solved, WeightLimits.Cap(weights, 0.3));
        RandomMarket.AssertClose([0.3, 0.2, 0.1, 0.1, 0.3], weights, 1e-15);
    }

    [Fact]
    public void Cap_SeededWeights_NoneAboveAndNothingLost()
    {
        Random random = new(6);
        for (int round = 0; round < 100; round++)
        {
            int n = 3 + round % 9;
            double[] weights = RandomMarket.Weights(random, n);
            double most = (1 + 0.3 * random.NextDouble()) / n;
            Assert.Equal(OptimiserStatus.Solved, WeightLimits.Cap(weights, most));
            Assert.Equal(1, weights.Sum(), 1e-12);
            Assert.True(weights.Max() <= most + 1e-14);
        }
        Assert.Equal(OptimiserStatus.Infeasible, WeightLimits.Cap(new[] { 0.5, 0.5 }, 0.4));
        Assert.Equal(OptimiserStatus.Infeasible, WeightLimits.Cap(new[] { 1.0, 0 }, 0.6));
        Assert.Equal(OptimiserStatus.BadInput, WeightLimits.Cap(new[] { 0.5, 0.4 }, 0.6));
        Assert.Equal(OptimiserStatus.BadInput, WeightLimits.Cap(new[] { 0.5, double.NaN }, 0.6));
    }

    // QuantAMM-V1 pkg/pool-quantamm/test/foundry, commit e672960: guard rail of .1.
    [Theory]
    [InlineData(new[] { 0.05, 0.45, 0.5 }, new[] { 0.1, 0.426315789473684210, 0.473684210526315789 })]
    [InlineData(new[] { 0.95, 0.025, 0.025 }, new[] { 0.8, 0.1, 0.1 })]
    [InlineData(new[] { -0.1, 0.5, 0.6 }, new[] { 0.1, 0.409090909090909091, 0.490909090909090909 })]
    public void Clamp_QuantAmmVectors_AreMet(double[] weights, double[] expected)
    {
        Assert.Equal(OptimiserStatus.Solved, GuardRails.Clamp(weights, 0.1));
        RandomMarket.AssertClose(expected, weights, 1e-15);
    }

    [Fact]
    public void Clamp_SeededWeights_KeepsEveryRail()
    {
        Random random = new(9);
        for (int round = 0; round < 200; round++)
        {
            int n = 2 + round % 8;
            double[] weights = [.. Enumerable.Range(0, n).Select(_ => RandomMarket.Normal(random))];
            double least = random.NextDouble() / n;
            Assert.Equal(OptimiserStatus.Solved, GuardRails.Clamp(weights, least));
            Assert.Equal(1, weights.Sum(), 1e-12);
            Assert.All(weights, w => Assert.InRange(w, least - 1e-15, 1 - (n - 1) * least + 1e-12));
        }
        Assert.Equal(OptimiserStatus.Infeasible, GuardRails.Clamp(new[] { 0.5, 0.5 }, 0.6));
        Assert.Equal(OptimiserStatus.BadInput, GuardRails.Clamp(new[] { 0.5, double.NaN }, 0.1));
    }

    // QuantAMM-V1, commit e672960: speed limit of .1 from one half each.
    [Fact]
    public void Step_QuantAmmLimit_IsExact()
    {
        double[] weights = new double[2];
        SpeedLimit.Step([0.5, 0.5], [0.75, 0.25], 0.1, weights);
        RandomMarket.AssertClose([0.6, 0.4], weights, 1e-16);
        SpeedLimit.Step([0.5, 0.5], [0.55, 0.45], 0.1, weights);
        Assert.Equal([0.55, 0.45], weights);
        SpeedLimit.Step([0.5, 0.5], [0.55, double.NaN], 0.1, weights);
        Assert.Equal([0.5, 0.5], weights);
        SpeedLimit.Step([0.5, 0.5], [0.55, 0.45], double.NaN, weights);
        Assert.Equal([0.5, 0.5], weights);
    }

    // pmorissette/bt tests/test_algos.py, commit bd5650a: LimitDeltas(.1) and RebalanceOverTime(2).
    [Fact]
    public void EachAndSpread_BtVectors_AreMet()
    {
        double[] weights = new double[2];
        SpeedLimit.Each([0.3, -0.7], [0.5, -0.5], 0.1, weights);
        RandomMarket.AssertClose([0.4, -0.6], weights, 1e-15);
        SpeedLimit.Spread([0, 1], [1, 0], 2, weights);
        Assert.Equal([0.5, 0.5], weights);
        SpeedLimit.Spread(weights, [1, 0], 1, weights);
        Assert.Equal([1, 0], weights);
    }

    // pmorissette/bt tests/test_algos.py, commit bd5650a: HedgeRisks, 100 of c1 with unit risks R1 = (1,10,0) and R2 = (2,5,10).
    [Fact]
    public void RiskHedge_BtVector_IsMet()
    {
        double[] amounts = new double[2];
        Assert.Equal(OptimiserStatus.Solved, RiskHedge.Solve([10, 0, 5, 10], [100, 200], amounts));
        RandomMarket.AssertClose([-10, -15], amounts, 1e-12);
        Assert.Equal(OptimiserStatus.Infeasible, RiskHedge.Solve([1, 2, 2, 4], [100, 200], amounts));
        Assert.Equal([0, 0], amounts);
    }

    [Fact]
    public void VolatilityTarget_CalmOrWild_MeetsTheVolatilityOrTheCap()
    {
        double[] scaled = new double[2];
        Assert.Equal(OptimiserStatus.Solved, VolatilityTarget.Solve([0.64, 0, 0, 0.36], [0.5, 0.5], 0.2, 1.5, scaled));
        RandomMarket.AssertClose([0.2, 0.2], scaled, 1e-15); // volatility of the half-and-half: 50 %
        Assert.Equal(OptimiserStatus.Solved, VolatilityTarget.Solve([0.64, 0, 0, 0.36], [0.5, 0.5], 2, 1.5, scaled));
        RandomMarket.AssertClose([0.75, 0.75], scaled, 1e-15);
        Assert.Equal(OptimiserStatus.BadInput, VolatilityTarget.Solve([0.64, 0, 0, 0.36], [0.5, double.NaN], 0.2, 1.5, scaled));
        Assert.Equal(OptimiserStatus.BadInput, VolatilityTarget.Solve([0.64, 0, 0, 0.36], [0, 0], 0.2, 1.5, scaled));
    }
}
