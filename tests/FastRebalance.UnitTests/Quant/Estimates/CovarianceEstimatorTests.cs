using FastRebalance.Quant.Estimates;

namespace FastRebalance.UnitTests.Quant.Estimates;

public class CovarianceEstimatorTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void Observe_OneStep_IsTheOuterProductPerYear()
    {
        CovarianceEstimator estimator = new(2, TimeSpan.FromDays(3));
        double[] covariance = new double[4];

        Assert.True(estimator.Observe([0.01, -0.02], TimeSpan.FromDays(1)));
        estimator.CopyTo(covariance);

        RandomMarket.AssertClose([0.0365, -0.073, -0.073, 0.146], covariance, 1e-12);
        Assert.Equal(Math.Sqrt(0.146), estimator.Volatility(1), 1e-12);
    }

    [Fact]
    public void Observe_OneHalfLifeLater_CountsHalf()
    {
        CovarianceEstimator estimator = new(1, s_hour);
        estimator.Observe([0.01], s_hour);
        estimator.Observe([0], s_hour);
        double[] covariance = new double[1];
        estimator.CopyTo(covariance);

        // Weights ¼ and ½ of three quarters.
        Assert.Equal(0.0001 * 8760 / 3, covariance[0], 1e-10);
    }

    [Fact]
    public void Observe_StepsOfAnyLength_WeighByTime()
    {
        CovarianceEstimator fine = new(1, s_hour), coarse = new(1, s_hour);
        for (int i = 0; i < 60; i++)
            fine.Observe([0.001], TimeSpan.FromMinutes(1));
        for (int i = 0; i < 4; i++)
            coarse.Observe([0.001 * Math.Sqrt(15)], TimeSpan.FromMinutes(15));

        // The same variance per time, the same answer and the same memory.
        Assert.Equal(fine.Volatility(0), coarse.Volatility(0), 1e-10);
        fine.Observe([0], s_hour);
        coarse.Observe([0], s_hour);
        Assert.Equal(fine.Volatility(0), coarse.Volatility(0), 1e-10);
    }

    [Fact]
    public void Observe_IrregularSeededWalk_FindsTheCovariance()
    {
        Random random = new(1);
        CovarianceEstimator estimator = new(2, TimeSpan.FromDays(60));
        for (int i = 0; i < 20_000; i++)
        {
            TimeSpan step = s_hour * (0.1 + 2 * random.NextDouble());
            double root = Math.Sqrt(step / CovarianceEstimator.Year), common = RandomMarket.Normal(random);
            double own = 0.6 * common + 0.8 * RandomMarket.Normal(random);
            estimator.Observe([0.8 * common * root, 0.5 * own * root], step);
        }
        double[] covariance = new double[4];
        estimator.CopyTo(covariance);

        RandomMarket.AssertClose([0.64, 0.24, 0.24, 0.25], covariance, 0.04);
        Assert.True(estimator.IsWarm);
    }

    [Fact]
    public void IsWarm_AskedEarly_IsNo()
    {
        CovarianceEstimator estimator = new(2, s_hour);
        Assert.False(estimator.IsWarm);
        estimator.Observe([0.1, 0.1], 2 * s_hour);
        estimator.Observe([0.1, 0.1], s_hour);
        Assert.False(estimator.IsWarm); // Two steps cannot tell two assets apart.
        estimator.Observe([0.1, 0.1], s_hour);
        Assert.True(estimator.IsWarm);
    }

    [Fact]
    public void Observe_UnsoundStep_ChangesNothing()
    {
        CovarianceEstimator estimator = new(2, s_hour);
        estimator.Observe([0.01, 0.02], s_hour);
        double before = estimator.Volatility(1);

        Assert.False(estimator.Observe([0.01, double.NaN], s_hour));
        Assert.False(estimator.Observe([double.PositiveInfinity, 0], s_hour));
        Assert.False(estimator.Observe([0, 0], TimeSpan.Zero));
        Assert.False(estimator.Observe([0, 0], -s_hour));
        Assert.Equal(before, estimator.Volatility(1));
        Assert.Equal(1, estimator.Steps);
        Assert.Throws<ArgumentException>(() => estimator.Observe([0.1], s_hour));
    }

    [Fact]
    public void CopyTo_NothingObserved_IsZero()
    {
        double[] covariance = [1];
        new CovarianceEstimator(1, s_hour).CopyTo(covariance);
        Assert.Equal(0, covariance[0]);
    }

    [Fact]
    public void Observe_Always_AllocatesNothing()
    {
        CovarianceEstimator estimator = new(3, s_hour);
        double[] returns = [0.01, 0.02, -0.01];
        estimator.Observe(returns, s_hour);
        long before = GC.GetAllocatedBytesForCurrentThread();
        estimator.Observe(returns, s_hour);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
