using FastRebalance.Devnet.Market;

namespace FastRebalance.UnitTests.Devnet;

public sealed class MarketPlanTests
{
    [Fact]
    public void Create_SameSeed_GivesTheSamePlan()
    {
        Assert.Equal(MarketPlan.Create(3).Tokens, MarketPlan.Create(3).Tokens);
        Assert.NotEqual(MarketPlan.Create(3).Tokens, MarketPlan.Create(4).Tokens);
    }

    [Fact]
    public void Create_AnySeed_HasTheSamePoolsOfDifferentDepth()
    {
        MarketPlan one = MarketPlan.Create(1);
        MarketPlan two = MarketPlan.Create(2);

        Assert.Equal(one.Pools.Select(pool => (pool.Kind, pool.TokenA, pool.TokenB, pool.FeePips)),
            two.Pools.Select(pool => (pool.Kind, pool.TokenA, pool.TokenB, pool.FeePips)));
        Assert.NotEqual(one.Pools.Select(pool => pool.ValueUsdc), two.Pools.Select(pool => pool.ValueUsdc));
    }

    [Fact]
    public void Create_ConcentratedPools_HaveFourRangesThatOutreachTheNoise()
    {
        foreach (PoolPlan pool in MarketPlan.Create(1).Pools.Where(pool => pool.IsConcentrated))
        {
            Assert.Equal(4, pool.Ranges.Length);
            if (pool.TokenA != "DAI")
                Assert.True(pool.Ranges.Count(range => range > 0.2) >= 2);
        }
    }

    [Fact]
    public void Weights_DeskAndTarget_SumToOneAndDiffer()
    {
        Assert.Equal(1, MarketPlan.TargetWeights.Values.Sum(), tolerance: 1e-12);
        Assert.Equal(1, MarketPlan.StartWeights.Values.Sum(), tolerance: 1e-12);
        Assert.NotEqual(MarketPlan.TargetWeights["WETH"], MarketPlan.StartWeights["WETH"]);
    }
}
