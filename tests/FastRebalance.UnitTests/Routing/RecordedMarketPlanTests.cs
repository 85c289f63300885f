using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Routing.Baskets;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Amm;
using FastRebalance.Verification;

namespace FastRebalance.UnitTests.Routing;

/// <summary>
/// Plans over pools as they stood on mainnet at blocks 25 711 761 and 25 731 019 (recorded with arbitrage paths, three pools each): USDC, WETH and USDT
/// through PancakeSwap V3, Uniswap V4, Uniswap V2 and SushiSwap.
/// </summary>
public sealed class RecordedMarketPlanTests
{
    private const double MostGap = 1e-9;

    private const string Earlier = "path110302_v3v4v2_block25711761.json";
    private const string Later = "path182449_v4v4v2_block25731019.json";

    // USDC, WETH, USDT: numeraire per base unit about those blocks.
    private static readonly double[] s_prices = [1e-6, 1_922e-18, 1e-6];

    [Theory]
    [InlineData(BasketGoal.TargetWeights, Earlier)]
    [InlineData(BasketGoal.TrackingError, Earlier)]
    [InlineData(BasketGoal.MostOfOne, Earlier)]
    [InlineData(BasketGoal.TargetWeights, Later)]
    [InlineData(BasketGoal.TrackingError, Later)]
    [InlineData(BasketGoal.MostOfOne, Later)]
    public void Plan_PoolsOfMainnet_GapIsWithinABillionthAndAUnitALeg(BasketGoal goal, string file)
    {
        List<Pool> pools = Market(file);
        BasketPlanner planner = new(pools, s_prices.Length), managed = new(pools, s_prices.Length, managed: true);
        BasketPlan plan = new(s_prices.Length, planner.MaxLegs), twin = new(s_prices.Length, planner.MaxLegs);
        PlanVerifier verifier = new();
        Random random = new(11);
        int planned = 0, split = 0;
        for (int i = 0; i < 500; i++)
        {
            BasketRequest request = RequestOf(random, goal);
            BasketStatus status = planner.Plan(request, [], plan);
            managed.Plan(request, [], twin);

            Assert.True(status is BasketStatus.Planned or BasketStatus.NothingToDo, $"{i}: {status}");
            Assert.True(plan.Gap <= MostGap + UnitsOf(pools, plan) && plan.Gap <= plan.GapOfDoingNothing, $"{i}: gap {plan.Gap:E2} of {plan.GapOfDoingNothing:E2}");
            Assert.Equal((plan.TraceHash, plan.Gap), (twin.TraceHash, twin.Gap));
            Assert.Equal(plan.FinalHoldings, twin.FinalHoldings);
            if (status != BasketStatus.Planned)
                continue;
            PlanReport report = verifier.Verify(pools, request, plan);
            Assert.True(report.IsVerified, $"{i}: {report}");
            planned++;
            split += plan.LegCount > 2 ? 1 : 0;
        }
        Assert.True(planned > 250 && split > 50, $"{planned} planned, {split} over more than two pools");
    }

    /// <summary>A thousand to a million of value, so that pools of some thousands up to some millions are deep and shallow beside it.</summary>
    private static BasketRequest RequestOf(Random random, BasketGoal goal)
    {
        BasketRequest request = new(s_prices.Length) { Goal = goal, MaxSlippage = 0.01, AllowCycles = true, Aversion = 3 };
        double value = Math.Pow(10, 3 + (3 * random.NextDouble()));
        double[] held = Shares(random), wanted = Shares(random);
        request.Kept = AssetId.FromIndex(random.Next(s_prices.Length));
        for (int a = 0; a < s_prices.Length; a++)
        {
            request.ReferencePrices[a] = s_prices[a];
            request.Weights[a] = goal == BasketGoal.MostOfOne ? 0 : wanted[a];
            UInt256.TryFromDoubleFloor(held[a] * value / s_prices[a], out request.Holdings[a]);
        }
        return request;
    }

    private static double[] Shares(Random random)
    {
        double[] shares = [.. s_prices.Select(_ => random.NextDouble())];
        double sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    /// <summary>A smallest unit on either side of each leg; of pools with ranges one at each price where a swap may stop.</summary>
    private static double UnitsOf(List<Pool> pools, BasketPlan plan)
    {
        const int mostStops = 24;
        double units = 0;
        foreach (BasketLeg leg in plan.Legs)
            units += (plan.DualPrices[leg.Sell.Index] + plan.DualPrices[leg.Buy.Index]) * (pools[leg.Pool.Index] is ConcentratedPool ? mostStops : 1);
        return units;
    }

    private static List<Pool> Market(string file)
    {
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(SharedFiles.PathOf("vectors", "amm", "fixtures", file)));
        List<Pool> pools = [];
        foreach (JsonProperty state in record.RootElement.GetProperty("pools").EnumerateObject())
            pools.Add(PoolMaker.OfRecord(state.Value, PoolId.FromIndex(pools.Count), AssetOf));
        return pools;
    }

    private static AssetId AssetOf(string token) => AssetId.FromIndex(token.ToUpperInvariant() switch
    {
        "0XA0B86991C6218B36C1D19D4A2E9EB0CE3606EB48" => 0,
        "0XC02AAA39B223FE8D0A0E5C4F27EAD9083C756CC2" => 1,
        "0XDAC17F958D2EE523A2206206994597C13D831EC7" => 2,
        _ => throw new ArgumentException($"a token of another market: {token}", nameof(token)),
    });
}
