using FastRebalance.Quant.Measures;

namespace FastRebalance.UnitTests.Quant.Measures;

public class PerformanceTests
{
    // zelos-alpha/demeter tests/metric_test.py, commit 737d436.
    [Fact]
    public void MaxDrawdownAndReturns_DemeterVectors_AreMet()
    {
        Assert.Equal(0.75, Performance.MaxDrawdown([3, 1, 8, 5, 6, 2, 9, 4, 5]), 1e-15);
        Assert.Equal(0.2, Performance.SimpleAnnualReturn(1, 1.1, 0.5), 1e-12);
        Assert.Equal(0.21, Performance.CompoundAnnualReturn(1, 1.1, 0.5), 1e-12);
    }

    // pmorissette/ffn tests/test_core.py, commit ed266d2: first ten rows of AAPL, MSFT and C.
    [Fact]
    public void MaxDrawdown_FfnVectors_AreMet()
    {
        Assert.Equal(0.086, Performance.MaxDrawdown([13.84, 13.575, 13.78, 13.225, 12.91, 13.095, 12.835, 12.93, 12.93, 12.645]), 3);
        Assert.Equal(0.048, Performance.MaxDrawdown([25.37, 25.09, 25.38, 25.16, 25.18, 25.13, 24.89, 24.63, 24.5, 24.15]), 3);
        Assert.Equal(0.033, Performance.MaxDrawdown([492.1, 486.2, 493.1, 491.2, 499.9, 508.2, 512.8, 503.4, 496.1, 498]), 3);
    }

    [Fact]
    public void TrackingErrorVolatilityTurnover_SmallCases_AreCounted()
    {
        Assert.Equal(Math.Sqrt(0.0001 * 365), Performance.TrackingError([0.01, 0.02], [0.02, 0.01], 365), 1e-12);
        Assert.Equal(Math.Sqrt(0.0002 * 365), Performance.Volatility([0.01, 0.03], 365), 1e-12);
        Assert.Equal(0.4, Performance.Turnover([0.5, 0.5], [0.7, 0.3]), 1e-12);
        Assert.Equal(0, Performance.MaxDrawdown([]));
        Assert.Equal(0, Performance.TrackingError([], [], 365));
    }

    // Cover 1991, "Universal portfolios", on the New York exchange's old data: Marigold/universal-portfolios universal/data/nyse_o.csv,
    // commit deb797b; Iroquois and Kin Ark. Cover prints 73.619 and 38.6727.
    [Fact]
    public void ConstantMix_CoversPortfolios_GrowAsHeFound()
    {
        Dictionary<string, double[]> relatives = StepRelatives();
        double[] pair = [.. relatives["T"].Zip(relatives["W"]).SelectMany(d => new[] { d.First, d.Second })];

        Assert.Equal(5651, relatives["T"].Length);
        Assert.Equal(8.91511, ConstantMix.FinalValue([1, 0], pair), 1e-5);
        Assert.Equal(4.12759, ConstantMix.FinalValue([0, 1], pair), 1e-5);
        Assert.Equal(73.61903, ConstantMix.FinalValue([0.55, 0.45], pair), 1e-5);
        Assert.Equal(73.70091, ConstantMix.FinalValue([0.54, 0.46], pair), 1e-5);
        Assert.Equal(72.57658, ConstantMix.FinalValue([0.5, 0.5], pair), 1e-5);
        Assert.Equal(
            38.67270, Enumerable.Range(0, 21).Average(i => ConstantMix.FinalValue([0.05 * i, 1 - 0.05 * i], pair)), 1e-5);
        Assert.Equal(64.23694, ConstantMix.FinalValue([0.5, 0.5], pair, 0.001), 1e-5);
        Assert.Equal(39.42003, ConstantMix.FinalValue([0.5, 0.5], pair, 0.005), 1e-5);
        Assert.Equal(21.40837, ConstantMix.FinalValue([0.5, 0.5], pair, 0.01), 1e-5);
    }

    // The same file, all 36 assets.
    [Fact]
    public void ConstantMix_AllOfCoversAssets_GrowAsKnown()
    {
        double[][] columns = [.. StepRelatives().Values];
        double[] relatives = [.. Enumerable.Range(0, columns[0].Length).SelectMany(t => columns.Select(c => c[t]))];
        double[] growth = [.. columns.Select(c => c.Aggregate(1.0, (a, b) => a * b))];

        Assert.Equal(36, columns.Length);
        Assert.Equal(27.07525, ConstantMix.FinalValue([.. Enumerable.Repeat(1.0 / 36, 36)], relatives), 1e-5);
        Assert.Equal(14.49731, growth.Average(), 1e-5);
        Assert.Equal(54.14036, growth.Max(), 1e-5);
    }

    // The file holds running products; its first row is the first day's ratio.
    private static Dictionary<string, double[]> StepRelatives() =>
        OutsideFiles.Columns(OutsideFiles.Lines("universal-portfolios", "deb797b", "universal/data/nyse_o.csv"))
            .ToDictionary(c => c.Key, c => c.Value.Select((v, t) => t == 0 ? v : v / c.Value[t - 1]).ToArray());
}
