using FastRebalance.Tests;

namespace FastRebalance.StressTests.Engine;

/// <summary>A hundred thousand portfolios against brute force.</summary>
public sealed class PortfolioFleetTests
{
    [Fact]
    public void OnPrice_HundredThousandPortfolios_FiresExactlyWhoBruteForceFires()
    {
        FleetMarket market = new(seed: 79, portfolios: 100_000, assets: 200, paced: true);
        for (int i = 0; i < 10_000; i++)
        {
            market.Tick();
            if (i % 1_000 == 0)
                market.CheckState();
        }
        market.CheckState();
        Assert.True(market.Fired > 10_000, $"{market.Fired} fired");
    }
}
