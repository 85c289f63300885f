using FastRebalance.Amm;
using FastRebalance.Bench.Routing;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Routing.Baskets;
using FastRebalance.UnitTests.Verification;

namespace FastRebalance.UnitTests.Routing;

public sealed class StateVersionTests
{
    [Fact]
    public void Plan_APoolThatMovesMeanwhile_IsRefusedByName()
    {
        RoutingMarket market = new(5, 3, 6, 50, 0.5);
        RestlessPool restless = new(PoolId.FromIndex(6), AssetId.FromIndex(0), AssetId.FromIndex(1));
        List<Pool> pools = [.. market.Pools, restless];
        BasketPlanner planner = new(pools, 3);
        BasketPlan plan = new(3, planner.MaxLegs);
        Assert.Equal(BasketStatus.Planned, planner.Plan(market.Request, [], plan));

        restless.MovesWhenLookedAt = true;

        Assert.Equal(BasketStatus.StateChanged, planner.Plan(market.Request, [], plan));
        Assert.Equal(0, plan.LegCount);
    }
}
