using FastRebalance.Quant.Pools;
using FastRebalance.Quant.Positions;

namespace FastRebalance.UnitTests.Quant.Positions;

public class LvrAccountTests
{
    // Milionis, Moallemi, Roughgarden and Zhang 2022: at a daily volatility of 5 % a constant product loses 3.125 bp a day.
    [Fact]
    public void Move_ConstantProduct_LosesWhatIsKnown()
    {
        const double volatility = 0.05;
        const int steps = 400_000;
        Random random = new(61);
        double price = 1500, step = volatility / Math.Sqrt(steps), valueDays = 0;
        LvrAccount account = default;
        account.Move(price, Exposures.ConstantProduct(50, price), 0, volatility);
        for (int i = 0; i < steps; i++)
        {
            valueDays += Exposures.ConstantProduct(50, price).Value / steps;
            price *= Math.Exp(step * RandomMarket.Normal(random) - step * step / 2);
            Assert.True(account.Move(price, Exposures.ConstantProduct(50, price), 1.0 / steps, volatility));
        }

        Assert.Equal(3.125e-4, account.Expected / valueDays, 1e-12);
        Assert.Equal(1, account.Realised / account.Expected, 0.005);
        Assert.Equal(1, account.Quadratic / account.Realised, 0.001);
        double gained = Exposures.ConstantProduct(50, price).Value - Exposures.ConstantProduct(50, 1500).Value;
        Assert.Equal(gained, account.Rebalanced - account.Realised, 1e-6);
    }

    // A pool behind a fee: arbitrage waits until the market is a fee away, pays it, and takes the rest. What is left of the loss once fees
    // are counted is the share of blocks with a trade (Milionis, Moallemi and Roughgarden 2023; 1/(1 + √2·γ/σ_b)).
    [Theory]
    [InlineData(1, 0.4142)]
    [InlineData(2, 0.2612)]
    [InlineData(5, 0.1239)]
    public void Markout_PoolBehindAFee_IsTheShareOfBlocksWithATrade(double feeInVolatilities, double share)
    {
        const double volatility = 5e-4;
        const int blocks = 2_000_000;
        Random random = new(67);
        double fee = feeInVolatilities * volatility, market = 1500, pool = 1500;
        LvrAccount held = default, frictionless = default;
        held.Move(market, At(market, pool), 0, volatility);
        frictionless.Move(market, At(market, market), 0, volatility);
        for (int i = 0; i < blocks; i++)
        {
            double time = -Math.Log(1 - random.NextDouble()), deviation = volatility * Math.Sqrt(time);
            market *= Math.Exp(deviation * RandomMarket.Normal(random) - deviation * deviation / 2);
            double before = pool;
            pool = Math.Clamp(pool, market * Math.Exp(-fee), market * Math.Exp(fee));
            double paidIn = pool > before
                ? 50 * (Math.Sqrt(pool) - Math.Sqrt(before))
                : 50 * (1 / Math.Sqrt(pool) - 1 / Math.Sqrt(before)) * market;
            held.AddFees(double.ExpM1(fee) * paidIn);
            held.Move(market, At(market, pool), time, volatility);
            frictionless.Move(market, At(market, market), time, volatility);
        }

        Assert.Equal(share, -held.Markout / frictionless.Expected, 0.01 * share);
        Assert.Equal(Lvr.PoissonTradeProbability(fee, volatility), -held.Markout / frictionless.Expected, 0.01 * share);

        static LiquidityExposure At(double market, double pool)
        {
            double units = 50 / Math.Sqrt(pool);
            return new(units * market + 50 * Math.Sqrt(pool), units, Exposures.ConstantProduct(50, market).Gamma);
        }
    }

    [Fact]
    public void Rebase_LiquidityWithdrawn_IsNoLoss()
    {
        LvrAccount account = default;
        account.Move(1500, Exposures.ConstantProduct(50, 1500), 0, 0.05);
        account.Rebase(1500, Exposures.ConstantProduct(10, 1500));
        account.Move(1500, Exposures.ConstantProduct(10, 1500), 1, 0);
        account.AddFees(3);
        Assert.Equal((0.0, 3.0), (account.Realised, account.Markout));
        Assert.False(account.Move(double.NaN, default, 1, 0.05));
        Assert.False(account.Move(1500, new(double.NaN, 0, 0), 1, 0.05));
        Assert.Equal(3, account.Markout);
    }
}
