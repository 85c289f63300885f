using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;

namespace FastRebalance.ChainTests;

/// <summary>A basket that does not bring the weights toward their targets, or pushes one past its own, does not happen.</summary>
public sealed class ExecutorGoalTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);
    private static readonly UInt256 Wad = UInt256.PowerOfTen(18);

    private ExecutorLeg Sells(double ether) => market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", PoolMath.BaseUnits(ether * 1e18), 1);

    [Fact]
    public async Task Exec_WeightsMoveTowardTheTargets_GoesThrough()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorWeight[] goal = await GoalAsync(ether: -0.05);

        (await RunAsync(goal, 1e-3, Sells(5))).MustSucceed();
    }

    [Fact]
    public async Task Exec_WeightsMoveAway_IsRefused()
    {
        ExecutorWeight[] goal = await GoalAsync(ether: +0.05);

        (await RunAsync(goal, 1e-3, Sells(5))).MustFail("AwayFromTarget(");
    }

    [Fact]
    public async Task Exec_AWeightPassesItsTarget_IsRefusedBeyondTheTolerance()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorWeight[] goal = await GoalAsync(ether: -0.02); // about four ether of two hundred

        (await RunAsync(goal, 1e-3, Sells(6))).MustFail("PastTarget(");
        (await RunAsync(goal, 2e-2, Sells(6))).MustSucceed();
    }

    [Fact]
    public async Task Exec_TradeThatChangesNothingForTheBetter_IsRefusedWhateverTheTolerance()
    {
        ExecutorWeight[] goal = await GoalAsync(ether: 0);

        (await RunAsync(goal, 1, Sells(1))).MustFail("NoCloser(");
    }

    [Fact]
    public async Task Exec_GoalThatMakesNoSense_IsRefusedByName()
    {
        ExecutorWeight[] goal = await GoalAsync(ether: -0.05);
        ExecutorLeg other = market.Leg(ExecutorVenue.UniswapV2, "WETH", "LINK", OneEther, 1);

        (await RunAsync([goal[1], goal[0], goal[2]], 1e-3, Sells(1))).MustFail("WeightsOutOfOrder(");
        (await RunAsync([goal[0], goal[0], goal[2]], 1e-3, Sells(1))).MustFail("WeightsOutOfOrder(");
        (await RunAsync([goal[0] with { TargetWad = goal[0].TargetWad + 1 }, goal[1], goal[2]], 1e-3, Sells(1))).MustFail("WeightsDoNotAddUp(");
        (await RunAsync(goal, 1e-3, other)).MustFail("NotInGoal(");
        (await RunAsync([.. goal.Select(weight => weight with { PriceX96 = 0 })], 1e-3, Sells(1))).MustFail("PortfolioWithoutValue(");
    }

    [Fact]
    public async Task Exec_GoalRequiredAndNoneGiven_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.SetGoalRequired(true))).MustSucceed();

        (await market.RunAsync(Sells(1))).MustFail("GoalMissing(");
        (await RunAsync(await GoalAsync(ether: -0.05), 1e-3, Sells(5))).MustSucceed();
    }

    private Task<ExecutorRun> RunAsync(ExecutorWeight[] weights, double tolerance, params ExecutorLeg[] legs) => market.SendAsync(
        market.Caller, market.Executor, ExecutorCalls.Exec(
            market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, legs, new ExecutorGoal(PoolMath.BaseUnits(tolerance * 1e18), weights)));

    /// <summary>Targets of the desk's three assets: where they stand, and ether so much more or less, to USDC's account.</summary>
    private async Task<ExecutorWeight[]> GoalAsync(double ether)
    {
        (Address Token, double Price)[] assets = [(market.Weth, 2_500e6 / 1e18), (market.Usdc, 1), (market.Wbtc, 60_000e6 / 1e8)];
        Array.Sort(assets, (a, b) => a.Token.Span.SequenceCompareTo(b.Token.Span));
        List<double> values = [];
        foreach ((Address token, double price) in assets)
            values.Add((double)await market.HeldAsync(token) * price);
        UInt256 left = Wad;
        ExecutorWeight[] goal = new ExecutorWeight[assets.Length];
        for (int i = 0; i < assets.Length; i++)
        {
            double shift = assets[i].Token == market.Weth ? ether : assets[i].Token == market.Usdc ? -ether : 0;
            UInt256 target = i == assets.Length - 1 ? left : PoolMath.BaseUnits((values[i] / values.Sum() + shift) * 1e18);
            left -= target;
            goal[i] = new ExecutorWeight(assets[i].Token, PoolMath.BaseUnits(assets[i].Price * Math.Pow(2, 96)), target);
        }
        return goal;
    }
}
