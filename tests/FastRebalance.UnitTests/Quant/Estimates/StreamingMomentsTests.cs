using FastRebalance.Quant.Estimates;

namespace FastRebalance.UnitTests.Quant.Estimates;

public class StreamingMomentsTests
{
    // QuantAMM-V1 pkg/pool-quantamm/test/foundry/rules, commit e672960: variance, covariance and gradient of two prices, λ = ½.
    [Fact]
    public void Observe_QuantAmmVectors_AreMet()
    {
        double[][] prices = [[1000, 1000], [1100, 1100], [1109, 1106], [1095, 1098]];
        double[][] averages = [[1000, 1000], [1050, 1050], [1079.5, 1078], [1087.25, 1088]];
        double[][] variances = [[0, 0], [2500, 2500], [2120.25, 2034], [1120.1875, 1117]];
        double[] covariances = [0, 2500, 2076, 1115.5];
        double[][] gradients = [[0, 0], [25, 25], [27.25, 26.5], [17.5, 18.25]];
        StreamingMoments own = new(0.5, [1000, 1000]), given = new(0.5, [1000, 1000]);
        for (int t = 0; t < 4; t++)
        {
            Assert.True(own.Observe(prices[t]));
            Assert.True(given.Observe(prices[t], averages[Math.Max(0, t - 1)], averages[t]));
            Assert.Equal(averages[t], own.Averages.ToArray());
            foreach (StreamingMoments moments in new[] { own, given })
            {
                Assert.Equal(variances[t], new[] { moments.Variance(0), moments.Variance(1) });
                Assert.Equal(covariances[t], moments.Covariance(0, 1));
                Assert.Equal(gradients[t], new[] { moments.Gradient(0), moments.Gradient(1) });
            }
        }
    }

    [Fact]
    public void Observe_UnsoundPrice_ChangesNothing()
    {
        StreamingMoments moments = new(0.5, [1000]);
        Assert.False(moments.Observe([double.NaN]));
        Assert.Equal(1000, moments.Averages[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingMoments(1, [1]));
    }
}
