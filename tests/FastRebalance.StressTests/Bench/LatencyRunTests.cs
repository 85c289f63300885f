using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using FastRebalance.Bench.Latency;
using FastRebalance.Configuration;
using FastRebalance.Tests;

namespace FastRebalance.StressTests.Bench;

/// <summary>Runs of the harness by number of prices: what it counts must be right on any machine, however slow; its times are not looked at.</summary>
public sealed class LatencyRunTests
{
    private static readonly LatencyOptions s_short = new()
    {
        Mode = Mode.Firing,
        RatePerSecond = 50_000,
        WarmUpSlots = 50_000,
        MeasuredSlots = 100_000,
        Every = 500,
        Wait = "spin-then-yield",
        OrderWait = "blocking",
    };

    [Theory]
    [InlineData("Fused", "spin-then-yield")]
    [InlineData("Fused", "busy-spin")]
    [InlineData("Staged", "spin-then-yield")]
    public void Soak_HundredThousandPrices_NoHotThreadAllocatesAndEveryOrderArrives(string topology, string wait)
    {
        LatencyRun run = Soak.Run(s_short with { Topology = Enum.Parse<Topology>(topology), Wait = wait }, ownProcess: false);
        Assert.Empty(run.Failures);
        Assert.Equal(100_000, run.Engine.DueToDecision.Count);
        Assert.Equal(100_000, run.Schedule.Lateness.Count);
        Assert.All(run.HotBytes, h => Assert.Equal(0, h.Bytes));
        Assert.Equal(3, run.HotBytes.Count);
        Assert.InRange(run.VerifiedSignatures, 1, run.Signed);
        Assert.Equal(run.DueToSocketWrite.Count, run.SignedTimeline.Steps.Sum(s => s.Count));
    }

    [Fact]
    public void Write_QuietAndFiring_PageJsonAndFilesSayTheSame()
    {
        LatencyBook book = LatencyBench.Run(
            new()
            {
                Rates = [20_000],
                Measured = TimeSpan.FromSeconds(1),
                WarmUp = TimeSpan.FromSeconds(1),
                Wait = "busy-spin",
                CommandLine = "bench <of a test>",
            },
            _ => { });
        Assert.Empty(book.Failures);
        using TemporaryFolder folder = new();
        HgrmFolder.Write(folder.Path, book);
        string page = LatencyHtml.Write(book);
        using JsonDocument json = JsonDocument.Parse(JsonOf(book));

        XDocument document = Parse(page);
        Assert.Contains(document.Descendants("pre"), e => e.Value == "bench <of a test>");
        string[] cells = [.. document.Descendants("td").Select(e => e.Value)];
        foreach (string key in new[] { "dueToDecision", "dueToSigned", "dueToSocketWrite" })
        {
            JsonElement figures = json.RootElement.GetProperty(key);
            foreach (string figure in new[] { "p50Ns", "p90Ns", "p99Ns", "p999Ns", "p9999Ns", "maxNs" })
                Assert.Contains(LatencyHtml.Time(figures.GetProperty(figure).GetInt64()), cells);
            string file = File.ReadAllText(Path.Combine(folder.Path, $"{(key == "dueToDecision" ? "quiet" : "firing")}-20000-{key}.hgrm"));
            Assert.Contains($"Total count    = {figures.GetProperty("count").GetInt64(),12}]", file);
        }
    }

    [Fact]
    public void Run_FasterThanAnyEngine_IsSaturated()
    {
        LatencyRun run = LatencyRun.Of(
            s_short with { Mode = Mode.Quiet, RatePerSecond = 64_000_000, WarmUpSlots = 0, MeasuredSlots = 2_000_000 });
        Assert.Empty(run.Failures);
        Assert.True(run.IsSaturated, $"the last decision came {run.BehindNs} ns after its price was due");
    }

    private static byte[] JsonOf(LatencyBook book)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
            LatencyJson.Write(writer, book);
        return stream.ToArray();
    }

    private static XDocument Parse(string page)
    {
        using XmlReader reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
