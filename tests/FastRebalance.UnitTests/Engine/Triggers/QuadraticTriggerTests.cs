using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine.Triggers;

public class QuadraticTriggerTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    // cvxportfolio's AdaptiveRebalance: trade when norm(w - target, 2) > tracking_error; its weights include cash.
    [Theory]
    [InlineData(0.03, -0.04, 0.01, 0.0509, true)]
    [InlineData(0.03, -0.04, 0.01, 0.0510, false)]
    [InlineData(0.03, -0.04, 0.00, 0.0501, false)]
    public void L2Norm_RuleOfAdaptiveRebalance_FiresAboveIt(double weth, double wbtc, double usdc, double limit, bool fires)
    {
        L2NormTrigger trigger = new(new() { NormBps = limit * 10_000 }, 3, EngineBench.Usdc, PolicyTier.Economic);

        Assert.Equal(fires, trigger.Fires(Drifted(weth, wbtc, usdc)));
    }

    [Fact]
    public void L2Norm_WithoutCash_LeavesItOut()
    {
        L2NormTrigger trigger = new(new() { NormBps = 500, IncludeCash = false }, 3, EngineBench.Usdc, PolicyTier.Economic);

        Assert.False(trigger.Fires(Drifted(0.03, 0.039, -0.069)));
        Assert.True(trigger.Fires(Drifted(0.03, 0.041, -0.071)));
    }

    // bt's PTE_Rebalance: sqrt(d' Cov d * 252) > cap, on a daily covariance; the plan's is per year already.
    [Theory]
    [InlineData(0.0276, true)]
    [InlineData(0.0278, false)]
    public void TrackingError_RuleOfBt_FiresAboveTheCap(double cap, bool fires)
    {
        double[][] daily = [[0.0025, 0.001, 0], [0.001, 0.0016, 0], [0, 0, 0]];
        TrackingErrorTrigger trigger = new(new() { CapBps = cap * 10_000 }, 3, PolicyTier.Economic);
        RebalanceCycle cycle = Drifted(0.04, -0.02, -0.02);
        Assert.False(trigger.Fires(cycle));
        Assert.Equal(TriggerFence.Endless, trigger.Fence(cycle));

        _bench.PlanRows(PlanMatrix.Covariance, [.. daily.Select(row => row.Select(c => c * 252).ToArray())]);

        double predicted = Math.Sqrt(252 * ((0.04 * 0.04 * 0.0025) - (2 * 0.04 * 0.02 * 0.001) + (0.02 * 0.02 * 0.0016)));
        TriggerReading reading = trigger.Read(cycle);
        Assert.Equal(predicted, reading.Value, 12);
        Assert.Equal(TriggerUnit.AnnualFraction, reading.Unit);
        Assert.Equal(fires, trigger.Fires(cycle));
    }

    [Fact]
    public void Ellipsoid_GivenAxes_EachAloneIsItsBandAndTogetherTheyAreFewer()
    {
        NoTradeEllipsoidTrigger trigger = new(new() { HalfAxisBps = { ["WETH"] = 200, ["WBTC"] = 400 } }, EngineBench.Symbols, PolicyTier.Economic);

        Assert.False(trigger.Fires(Drifted(0.0199, 0, -0.0199)));
        Assert.True(trigger.Fires(Drifted(0.0201, 0, -0.0201)));
        Assert.False(trigger.Fires(Drifted(0, 0.0399, -0.0399)));
        Assert.True(trigger.Fires(Drifted(0.015, 0.03, -0.045)));
    }

    [Fact]
    public void Fence_FewAssets_IsTheNearestCornerAndNoNearer()
    {
        Random random = new(31);
        for (int round = 0; round < 200; round++)
        {
            int assets = 2 + random.Next(5);
            (QuadraticForm form, RebalanceCycle cycle, double limit, double[] values) = Sample(random, assets);
            double move = Math.Min(form.Fence(cycle, limit).PriceMove, 0.99);

            Assert.True(LargestInACorner(form, cycle, values, move * (1 - 1e-7)) <= limit, $"round {round}: outside within {move:R}");
            Assert.True(move == 0.99 || LargestInACorner(form, cycle, values, move * (1 + 1e-4)) > limit, $"round {round}: {move:R} could be more");
        }
    }

    [Fact]
    public void Fence_ManyAssets_HoldsInEveryCorner()
    {
        Random random = new(32);
        for (int round = 0; round < 60; round++)
        {
            (QuadraticForm form, RebalanceCycle cycle, double limit, double[] values) = Sample(random, 7 + random.Next(4));
            double move = form.Fence(cycle, limit).PriceMove;

            Assert.InRange(move, 1e-6, 0.99);
            Assert.True(LargestInACorner(form, cycle, values, move) <= limit, $"round {round}: outside within {move:R}");
        }
    }

    [Fact]
    public void Fence_MatrixWithANegativeDirection_IsNotDrawn()
    {
        QuadraticForm form = new(2);
        form.Set([1, 2, 2, 1]);

        Assert.Equal(TriggerFence.None, form.Fence(Cycle([0.5, 0.5], [0.5, 0.5]), 1));
    }

    [Fact]
    public void Fence_SingularCovariance_IsDrawn()
    {
        QuadraticForm form = new(3);
        form.Set([0.64, 0.48, 0, 0.48, 0.36, 0, 0, 0, 0]); // one risk, and cash

        Assert.True(form.Fence(Cycle([0.5, 0.2, 0.3], [0.5, 0.2, 0.3]), 0.0004).PriceMove > 0.01);
    }

    private static (QuadraticForm Form, RebalanceCycle Cycle, double Limit, double[] Values) Sample(Random random, int assets)
    {
        double[] root = [.. Enumerable.Range(0, assets * assets).Select(_ => random.NextDouble() - 0.3)];
        double[] matrix = new double[assets * assets];
        for (int i = 0; i < assets; i++)
            for (int j = 0; j < assets; j++)
                for (int k = 0; k < assets; k++)
                    matrix[(i * assets) + j] += root[(i * assets) + k] * root[(j * assets) + k];
        QuadraticForm form = new(assets);
        form.Set(matrix);
        double[] raw = [.. Enumerable.Range(0, assets).Select(_ => 0.2 + random.NextDouble())];
        double[] targets = [.. raw.Select(r => r / raw.Sum())];
        double[] values = [.. targets.Select(t => t * (1 + ((random.NextDouble() - 0.5) * 0.2)))];
        RebalanceCycle cycle = Cycle(values, targets);
        return (form, cycle, (form.At(cycle.Drift) * (1 + (5 * random.NextDouble()))) + 1e-5, values);
    }

    /// <summary>By brute force, from the values: nothing of the fence's own algebra.</summary>
    private static double LargestInACorner(QuadraticForm form, RebalanceCycle cycle, double[] values, double move)
    {
        double largest = 0;
        for (int corner = 0; corner < 1 << values.Length; corner++)
        {
            double[] moved = [.. values.Select((v, i) => v * (1 + ((corner >> i & 1) == 0 ? move : -move)))];
            double total = moved.Sum();
            largest = Math.Max(largest, form.At([.. moved.Select((v, i) => (v / total) - cycle.Targets[i])]));
        }
        return largest;
    }

    private static RebalanceCycle Cycle(double[] values, double[] targets)
    {
        EngineSetup setup = new([.. values.Select((_, i) => new EngineAsset($"A{i}", 18))], [], AssetId.FromIndex(0), AssetId.FromIndex(0), 1);
        RebalanceCycle cycle = new(new MarketState(setup), new RiskBounds(1, new Bps(1)), AssetId.FromIndex(0));
        for (int i = 0; i < values.Length; i++)
        {
            cycle.Targets[i] = targets[i];
            cycle.Weights[i] = values[i] / values.Sum();
            cycle.Drift[i] = cycle.Weights[i] - targets[i];
        }
        return cycle;
    }

    private RebalanceCycle Drifted(params double[] drift) =>
        _bench.Weighed([0.5 + drift[0], 0.25 + drift[1], 0.25 + drift[2]], [0.5, 0.25, 0.25]);
}
