using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.NoTrade;

public class DriftCovarianceTests
{
    [Fact]
    public void Of_OneAssetBesideCash_IsTheKnownVariance()
    {
        double[] drift = new double[1];

        DriftCovariance.Of([0.3], [0.64], drift);

        Assert.Equal(0.64 * 0.3 * 0.3 * 0.7 * 0.7, drift[0], 1e-15);
    }

    [Fact]
    public void Of_CashAsARowOfZeros_LeavesTheOthersAsWithoutIt()
    {
        double[] alone = new double[4], withCash = new double[9];
        DriftCovariance.Of([0.3, 0.5], [0.64, 0.1, 0.1, 0.25], alone);
        DriftCovariance.Of([0.3, 0.5, 0.2], [0.64, 0.1, 0, 0.1, 0.25, 0, 0, 0, 0], withCash);

        RandomMarket.AssertClose(alone, [withCash[0], withCash[1], withCash[3], withCash[4]], 1e-16);
        for (int row = 0; row < 3; row++)
            Assert.Equal(0, withCash[3 * row] + withCash[3 * row + 1] + withCash[3 * row + 2], 1e-15);
    }

    [Fact]
    public void Of_SmallMoves_IsTheCovarianceOfTheWeights()
    {
        Random random = new(3);
        double[] weights = [0.2, 0.3, 0.4];
        double[] covariance = RandomMarket.Covariance(random, 3);
        double[] drift = new double[9];
        DriftCovariance.Of(weights, covariance, drift);

        // Move price j a little: the weights' response is column j of B.
        double[,] response = new double[3, 3];
        for (int j = 0; j < 3; j++)
        {
            double[] values = [.. weights.Select((w, i) => i == j ? w * (1 + 1e-7) : w)];
            double total = values.Sum() + 0.1;
            for (int i = 0; i < 3; i++)
                response[i, j] = (values[i] / total - weights[i]) / 1e-7;
        }
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
            {
                double expected = 0;
                for (int k = 0; k < 3; k++)
                    for (int l = 0; l < 3; l++)
                        expected += response[i, k] * covariance[3 * k + l] * response[j, l];
                Assert.Equal(expected, drift[3 * i + j], 1e-6);
            }
    }

    [Fact]
    public void Of_WrongLengths_Throws()
    {
        Assert.Throws<ArgumentException>(() => DriftCovariance.Of([0.5, 0.5], [1, 0, 1], new double[4]));
        Assert.Throws<ArgumentException>(() => DriftCovariance.Of([0.5], [1], new double[4]));
    }
}
