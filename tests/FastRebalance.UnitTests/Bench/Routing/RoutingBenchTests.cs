using System.Buffers;
using System.Text.Json;
using FastRebalance.Bench.Routing;

namespace FastRebalance.UnitTests.Bench.Routing;

public sealed class RoutingBenchTests(RoutingBenchTests.OneRun run) : IClassFixture<RoutingBenchTests.OneRun>
{
    [Fact]
    public void Run_OneMarketOfEachSize_FindsItsPlansRight()
    {
        Assert.Empty(run.Result.Wrong);
        Assert.Equal(0, run.Result.Mismatches);
        Assert.True(run.Result.IsRight);
    }

    [Fact]
    public void Run_OneMarketOfEachSize_MeasuresEveryFigure()
    {
        Assert.Equal(
            [
                ("calm", 8, 40), ("calm", 20, 200), ("calm", 50, 1000), ("calm", 100, 1000),
                ("random", 8, 40), ("random", 20, 200), ("random", 50, 1000), ("random", 100, 1000),
            ],
            run.Result.Sizes.Select(size => (size.Market, size.Assets, size.Pools)));
        foreach (RoutingFigures size in run.Result.Sizes)
        {
            Assert.All([size.ColdP50Us, size.WarmP50Us, size.ColdPlanP50Us, size.WarmPlanP50Us, size.GasPlanP50Us], us => Assert.True(us > 0 && double.IsFinite(us)));
            Assert.True(size.WarmP99Us >= size.WarmP50Us);
            Assert.Equal(size.Market == "calm", size.MaxGap is >= 0 and < 1e-6);
            Assert.Equal(size.Market == "random", double.IsNaN(size.MaxGap));
        }
    }

    // What planning allocates shows in each run; now and then the runtime books some bytes on the measuring thread.
    [Fact]
    public void Run_OneMarketOfEachSize_AllocatesNothing() =>
        Assert.Equal(0, Enumerable.Range(0, 3).Select(_ => RoutingBench.Run(markets: 1, changes: 5).AllocatedBytes).Min());

    [Fact]
    public void WriteJson_AResult_HasTheFieldsThatReadersLookFor()
    {
        JsonElement json = Json(run.Result);

        JsonElement[] sizes = [.. json.GetProperty("sizes").EnumerateArray()];
        Assert.Equal(8, sizes.Length);
        foreach (JsonElement size in sizes)
        {
            foreach (string name in new[] { "tokens", "pools", "coldP50Us", "warmP50Us", "warmP99Us" })
                Assert.True(size.GetProperty(name).GetDouble() > 0, name);
            Assert.Equal(
                size.GetProperty("market").GetString() == "calm" ? JsonValueKind.Number : JsonValueKind.Null, size.GetProperty("maxGap").ValueKind);
        }
        Assert.Equal(run.Result.Mismatches, json.GetProperty("nativeManagedMismatches").GetInt32());
        Assert.Equal(run.Result.AllocatedBytes, json.GetProperty("allocatedBytes").GetInt64());
        Assert.Empty(json.GetProperty("wrong").EnumerateArray());
    }

    [Fact]
    public void IsRight_AMismatchOrAWrongPlan_IsNot()
    {
        Assert.False((run.Result with { Mismatches = 1 }).IsRight);
        Assert.False((run.Result with { Wrong = ["8/40, seed 0: Unplanned"] }).IsRight);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 5)]
    public void Run_NothingToMeasure_IsRefused(int markets, int changes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutingBench.Run(markets, changes));

    private static JsonElement Json(RoutingBenchResult result)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
            result.WriteJson(writer);
        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    /// <summary>The smallest run there is, made once: it takes seconds.</summary>
    public sealed class OneRun
    {
        public RoutingBenchResult Result { get; } = RoutingBench.Run(markets: 1, changes: 5);
    }
}
