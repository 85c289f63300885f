using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Planning;

namespace FastRebalance.UnitTests.Engine.Planning;

public sealed class PlanTests
{
    private const long Now = 1_700_000_000L * 1_000_000_000;

    private readonly MarketState _market = new(new EngineSetup(
        [new("WETH", 18), new("WBTC", 8), new("USDC", 6)], [], AssetId.FromIndex(2), AssetId.FromIndex(0), Epoch: 1));

    [Fact]
    public void Commit_EveryLineTold_TakesThemTogether()
    {
        Line(0, new PlanAsset { TargetWeight = 0.5 });
        Line(1, new PlanAsset { TargetWeight = 0.2 });
        Assert.Equal(0, _market.Plan.Version);
        Line(2, new PlanAsset { TargetWeight = 0.3 });

        Assert.Equal(ApplyVerdict.Applied, Ready(PlanParts.Targets));
        Assert.Equal([0.5, 0.2, 0.3], _market.Plan.Assets.ToArray().Select(a => a.TargetWeight));
        Assert.Equal(1, _market.Plan.Version);
        Assert.True(_market.Plan.Has(PlanParts.Targets));
        Assert.False(_market.Plan.Has(PlanParts.Targets | PlanParts.Regions));
    }

    [Fact]
    public void Commit_ALineIsMissing_LeavesThePlanBefore()
    {
        Targets(0.5, 0.2, 0.3);
        Line(0, new PlanAsset { TargetWeight = 1 });

        Assert.Equal(ApplyVerdict.UnusablePlan, Ready(PlanParts.Targets));
        Assert.Equal(0.5, _market.Plan.Assets[0].TargetWeight);
        // What was collected for the refused plan must not complete the next one.
        Line(1, new PlanAsset { TargetWeight = 0 });
        Line(2, new PlanAsset { TargetWeight = 0 });
        Assert.Equal(ApplyVerdict.UnusablePlan, Ready(PlanParts.Targets));
    }

    [Theory]
    [InlineData(0.5, 0.2, 0.31)]
    [InlineData(-0.1, 0.8, 0.3)]
    [InlineData(double.NaN, 0.5, 0.5)]
    [InlineData(double.PositiveInfinity, 0, 0)]
    public void Commit_WeightsThatCannotBe_AreRefused(double a, double b, double c) =>
        Assert.Equal(ApplyVerdict.UnusablePlan, Targets(a, b, c));

    [Fact]
    public void Commit_OtherParts_KeepTheTargets()
    {
        Targets(0.5, 0.2, 0.3);
        for (int i = 0; i < 3; i++)
            Line(i, new PlanAsset { TargetWeight = double.NaN, Volatility = 0.8, AnchorPrice = 1 });

        Assert.Equal(ApplyVerdict.Applied, Ready(PlanParts.Estimates));
        Assert.Equal(0.5, _market.Plan.Assets[0].TargetWeight);
        Assert.Equal(0.8, _market.Plan.Assets[0].Volatility);
    }

    [Fact]
    public void Commit_LandingOutsideTheTrigger_IsRefused()
    {
        for (int i = 0; i < 3; i++)
            Line(i, new PlanAsset { TriggerDrift = 0.01, LandingDrift = 0.02 });
        Assert.Equal(ApplyVerdict.UnusablePlan, Ready(PlanParts.Regions));
    }

    [Fact]
    public void Commit_MatrixInParts_IsWholeOrNotTaken()
    {
        for (int row = 0; row < 3; row++)
            Row(row, PlanMatrix.Covariance, row + 1, row + 2, row + 3);
        Assert.Equal(ApplyVerdict.Applied, Ready(PlanParts.Covariance));
        Assert.Equal([1, 2, 3, 2, 3, 4, 3, 4, 5], _market.Plan.Covariance.ToArray());

        Row(0, PlanMatrix.Covariance, 9, 9, 9);
        Assert.Equal(ApplyVerdict.UnusablePlan, Ready(PlanParts.Covariance));
        Assert.Equal(1, _market.Plan.Covariance[0]);
    }

    [Fact]
    public void Commit_StressBelowUsual_IsRefused()
    {
        Line(0, default);
        Line(1, default);
        Line(2, default);
        Assert.Equal(ApplyVerdict.UnusablePlan, Apply(new MarketEvent
        {
            Kind = MarketEventKind.PlanReady,
            PlanReady = new PlanReady { Parts = PlanParts.Regions, Stress = 0.5 },
        }));
        Assert.Equal(1, _market.Plan.Stress);
    }

    private ApplyVerdict Targets(params double[] weights)
    {
        for (int i = 0; i < weights.Length; i++)
            Line(i, new PlanAsset { TargetWeight = weights[i] });
        return Ready(PlanParts.Targets);
    }

    private void Line(int asset, PlanAsset line) =>
        Assert.Equal(ApplyVerdict.Applied, Apply(new MarketEvent
        {
            Kind = MarketEventKind.PlanAsset, Subject = AssetId.FromIndex(asset).Value, PlanAsset = line,
        }));

    private void Row(int asset, PlanMatrix matrix, params double[] numbers)
    {
        MarketEvent e = new() { Kind = MarketEventKind.PlanRow, Subject = AssetId.FromIndex(asset).Value };
        e.PlanRow.Matrix = matrix;
        e.PlanRow.Count = (byte)numbers.Length;
        for (int i = 0; i < numbers.Length; i++)
            e.PlanRow.Numbers[i] = numbers[i];
        Assert.Equal(ApplyVerdict.Applied, Apply(e));
    }

    private ApplyVerdict Ready(PlanParts parts) =>
        Apply(new MarketEvent { Kind = MarketEventKind.PlanReady, PlanReady = new PlanReady { Parts = parts } });

    private ApplyVerdict Apply(MarketEvent e)
    {
        e.UnixNs = Now;
        return _market.Apply(in e);
    }
}
