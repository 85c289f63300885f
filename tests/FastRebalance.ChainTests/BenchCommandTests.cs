using System.Text.Json;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>The measuring commands as a user types them, shortened. What they measure here is of no interest, only that it is told and right.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bench_Json_TellsMachineLatenciesAndAllocations()
    {
        string page = Path.Combine(_folder.Path, "bench.html"), histograms = Path.Combine(_folder.Path, "hgrm");
        CommandResult result = await CommandProcess.RunAsync(
            "bench", "--for", "500ms", "--warm-up", "500ms", "--rate", "5000", "--sweep", "false", "--json", "--report", page, "--hgrm", histograms);

        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.Equal(Environment.ProcessorCount, root.GetProperty("cores").GetInt32());
        Assert.True(root.GetProperty("pinned").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Equal("fused", root.GetProperty("topology").GetString());
        Assert.NotEqual("", root.GetProperty("waitStrategy").GetString());
        Assert.Equal(5000, root.GetProperty("rate").GetInt32());
        Assert.True(root.GetProperty("events").GetInt64() >= 2_500);
        Assert.True(root.GetProperty("allocatedBytes").GetInt64() >= 0);
        Assert.Equal(3, root.GetProperty("gcCounts").GetArrayLength());
        foreach (string figure in new[] { "hiccup", "dueToDecision", "dueToSigned", "dueToSocketWrite" })
            AssertRising(root.GetProperty(figure));
        foreach (JsonProperty stage in root.GetProperty("stages").EnumerateObject())
            AssertRising(stage.Value);
        Assert.True(root.GetProperty("stages").TryGetProperty("route", out _));
        Assert.Empty(root.GetProperty("failures").EnumerateArray());
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));
        Assert.Contains(Path.Combine(histograms, "quiet-5000-dueToDecision.hgrm"), Directory.GetFiles(histograms));
    }

    [Fact]
    public async Task BenchRing_Json_HoldsOursAndTheRuntimesQueues()
    {
        CommandResult result = await CommandProcess.RunAsync("bench", "ring", "--windows", "1", "--no-graphs", "--wait", "spin-then-yield", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        string[] arms = [.. root.GetProperty("throughput").EnumerateArray().Select(t => t.GetProperty("arm").GetString()!)];
        Assert.Contains("spin-then-yield", arms);
        Assert.Contains(arms, a => a.StartsWith("channels", StringComparison.Ordinal));
        Assert.Contains(arms, a => a.StartsWith("blocking collection", StringComparison.Ordinal));
        Assert.NotEmpty(root.GetProperty("hops").EnumerateArray());
    }

    [Theory]
    [InlineData("--rate", "none")]
    [InlineData("--runs", "0")]
    [InlineData("--topology", "round")]
    public async Task Bench_BadUsage_SaysSoAndMeasuresNothing(string option, string value)
    {
        CommandResult result = await CommandProcess.RunAsync("bench", option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.NotEqual("", result.Error);
    }

    private static void AssertRising(JsonElement figure)
    {
        long[] percentiles = [.. new[] { "p50Ns", "p90Ns", "p99Ns", "p999Ns", "maxNs" }.Select(p => figure.GetProperty(p).GetInt64())];
        Assert.Equal(percentiles.Order(), percentiles);
        Assert.True(figure.GetProperty("count").GetInt64() > 0 && percentiles[^1] > 0);
    }
}
