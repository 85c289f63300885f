using FastRebalance.Quant.Estimates;
using FastRebalance.Quant.Pools;

namespace FastRebalance.UnitTests.Quant.Pools;

public class WeightRulesTests
{
    // QuantAMM-V1 pkg/pool-quantamm/test/foundry/rules, commit e672960: minimum-variance rule, λ = .7, mix ½.
    [Fact]
    public void MinimumVariance_QuantAmmVector_IsMet()
    {
        StreamingMoments moments = new(0.7, [1, 1.5], products: [1, 0, 0, 1]);
        moments.Observe([3, 4], [1, 1.5], [1, 1.5]);
        double[] weights = [0.5, 0.5];

        WeightRules.MinimumVariance(weights, [moments.Variance(0), moments.Variance(1)], 0.5, weights);

        RandomMarket.AssertClose([0.548283261802575107, 0.451716738197424892], weights, 1e-15);
    }

    // The same repository: momentum rule with raw prices, κ = 1, λ = .7.
    [Fact]
    public void Momentum_QuantAmmVector_IsMet()
    {
        StreamingMoments moments = new(0.7, [0.9, 1.2], slopes: [1, 2]);
        moments.Observe([3, 4], [0.9, 1.2], [0.9, 1.2]);
        double[] gradients = [moments.Gradient(0), moments.Gradient(1)];
        double[] weights = [0.5, 0.5];

        WeightRules.Momentum(weights, gradients, [3, 4], 1, weights);

        RandomMarket.AssertClose([0.297, 0.414], gradients, 1e-15);
        RandomMarket.AssertClose([0.49775, 0.50225], weights, 1e-15);
    }
}
