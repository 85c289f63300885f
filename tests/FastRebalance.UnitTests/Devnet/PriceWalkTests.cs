using FastRebalance.Devnet.Market;
using FastRebalance.Devnet.Noise;

namespace FastRebalance.UnitTests.Devnet;

public sealed class PriceWalkTests
{
    private static readonly string[] Symbols = ["WETH", "WBTC", "LINK", "DAI", "USDC"];

    [Fact]
    public void Advance_SameSeed_GivesTheSamePrices()
    {
        PriceWalk one = new(MarketPlan.Create(7), 7);
        PriceWalk two = new(MarketPlan.Create(7), 7);
        for (int i = 0; i < 100; i++)
        {
            one.Advance(1);
            two.Advance(1);
        }

        Assert.Equal(Symbols.Select(one.PriceOf), Symbols.Select(two.PriceOf));
        Assert.Equal(one.BaseFeePerGasWei, two.BaseFeePerGasWei);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Advance_ADay_StaysWithinTheWalls(ulong seed)
    {
        MarketPlan plan = MarketPlan.Create(seed);
        PriceWalk walk = new(plan, seed);
        for (int second = 0; second < 86_400; second++)
        {
            walk.Advance(1);
            foreach (TokenPlan token in plan.Tokens)
                Assert.InRange(walk.PriceOf(token.Symbol) / token.StartPrice, 1 / PriceWalk.Farthest, PriceWalk.Farthest);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Advance_DeskOnTarget_LeavesItsBandEveryFiveToTenSeconds(ulong seed)
    {
        const int seconds = 20_000;
        PriceWalk walk = new(MarketPlan.Create(seed), seed);
        Dictionary<string, double> holdings = OnTarget(walk, 500_000);
        int rebalances = 0;
        for (int second = 0; second < seconds; second++)
        {
            walk.Advance(1);
            double value = holdings.Sum(holding => holding.Value * walk.PriceOf(holding.Key));
            double drift = holdings.Max(holding => Math.Abs(holding.Value * walk.PriceOf(holding.Key) / value - MarketPlan.TargetWeights[holding.Key]));
            if (drift < 0.01)
                continue;
            rebalances++;
            holdings = OnTarget(walk, value);
        }

        Assert.InRange((double)seconds / rebalances, 5, 10);
    }

    private static Dictionary<string, double> OnTarget(PriceWalk walk, double value) =>
        MarketPlan.TargetWeights.ToDictionary(target => target.Key, target => target.Value * value / walk.PriceOf(target.Key));
}
