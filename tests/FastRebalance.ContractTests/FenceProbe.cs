using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.ContractTests;

/// <summary>
/// Looks for a portfolio in which a trigger fires inside the fence that it has just drawn: seeded portfolios near their targets, half of
/// them without cash (where nothing damps a weight), every corner of the box of prices, points inside it, and times before its end.
/// </summary>
internal static class FenceProbe
{
    private const double Farthest = 0.9;

    private static readonly AssetId s_weth = AssetId.FromIndex(0);
    private static readonly AssetId s_wbtc = AssetId.FromIndex(1);

    /// <summary>What fired, or null where nothing did.</summary>
    public static string? FirstViolation(Func<ITrigger> create, int rounds, int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < rounds; round++)
        {
            ITrigger trigger = create();
            SampleCycle sample = SampleCycle.Filled().Planned();
            double[] targets = Targets(random);
            Move(sample, Spread(random, 0.05), Spread(random, 0.05));
            sample.Head(baseFeeGwei: random.NextDouble() * 80);
            sample.HoldWorth([.. targets.Select(t => 600_000 * t * (1 + Spread(random, 0.1)))]);
            sample.Head(baseFeeGwei: random.NextDouble() * 80);
            sample.Value(targets);
            if (!trigger.Fires(sample.Cycle) && FiresInside(trigger, sample, targets, random) is { } where)
                return $"round {round}: fires {where}";
        }
        return null;
    }

    private static string? FiresInside(ITrigger trigger, SampleCycle sample, double[] targets, Random random)
    {
        TriggerFence fence = trigger.Fence(sample.Cycle);
        double reach = Math.Min(fence.PriceMove, Farthest) * (1 - 1e-6);
        if (!(reach > 0) || fence.UntilUnixNs <= sample.NowUnixNs)
            return null;
        double weth = sample.Market.Prices[s_weth.Index], wbtc = sample.Market.Prices[s_wbtc.Index];
        for (int point = 0; point < 12; point++)
        {
            // The nine corners and edges first, then points anywhere inside.
            double x = point < 9 ? (point % 3) - 1 : Spread(random, 1), y = point < 9 ? (point / 3) - 1 : Spread(random, 1);
            long left = Math.Min(fence.UntilUnixNs - sample.NowUnixNs, (long)TimeSpan.FromDays(3).TotalNanoseconds);
            sample.Pass(TimeSpan.FromTicks((long)(left / 100 * random.NextDouble() * 0.3)));
            sample.Price(s_weth, weth * (1 + (reach * x)));
            sample.Price(s_wbtc, wbtc * (1 + (reach * y)));
            sample.Value(targets);
            if (trigger.Fires(sample.Cycle))
                return $"at prices {x:0.##} and {y:0.##} of ±{reach:R}";
        }
        return null;
    }

    public static double[] Targets(Random random)
    {
        double cash = random.Next(2) * random.NextDouble() * 0.6;
        double weth = (1 - cash) * (0.2 + (0.6 * random.NextDouble()));
        return [weth, 1 - cash - weth, cash];
    }

    public static void Move(SampleCycle sample, double weth, double wbtc)
    {
        sample.Price(s_weth, sample.Market.Prices[s_weth.Index] * (1 + weth));
        sample.Price(s_wbtc, sample.Market.Prices[s_wbtc.Index] * (1 + wbtc));
    }

    public static double Spread(Random random, double size) => ((2 * random.NextDouble()) - 1) * size;
}
