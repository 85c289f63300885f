using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using FastRebalance.Simulation.LatencyValue;
using FastRebalance.Simulation.LatencyValue.Checks;
using FastRebalance.Simulation.LatencyValue.Reports;

namespace FastRebalance.UnitTests.Simulation.LatencyValue;

public sealed class LatencyValueExperimentTests
{
    private static readonly LatencyValueOptions s_quick = new() { Quick = true, Seeds = 2, CommandLine = "<latency-value> & co" };
    private static readonly Lazy<LatencyValueBook> s_book = new(() => LatencyValueExperiment.Run(s_quick, _ => { }));

    [Fact]
    public void Run_Quick_MeetsEveryClosedForm() =>
        Assert.All(s_book.Value.Checks, c => Assert.True(c.Passed, $"{c.Name}: expected {c.Expected}, measured {c.Measured.Mean}, tolerance {c.Tolerance}"));

    // The litmus: a simulator with a wrong law must not get to report.
    [Fact]
    public void Run_VolatilityFivePercentTooHigh_IsCaughtAndNothingIsReported()
    {
        LatencyValueBook book = LatencyValueExperiment.Run(s_quick with { VolatilityError = 1.05 }, _ => { });
        Assert.False(book.IsRight);
        string[] missed = [.. book.Checks.Where(c => !c.Passed).Select(c => c.Name)];
        Assert.Contains(missed, m => m.StartsWith("constant product pool", StringComparison.Ordinal));
        Assert.Contains(missed, m => m.Contains("even blocks", StringComparison.Ordinal));
        Assert.Contains(missed, m => m.Contains("floor broken", StringComparison.Ordinal));
        Assert.Contains(missed, m => m.Contains("band", StringComparison.Ordinal));
        Assert.Empty(book.Curves);
        Assert.Throws<InvalidOperationException>(() => LatencyValueHtml.Write(book));
    }

    [Fact]
    public void Passed_NotANumber_IsNo() =>
        Assert.False(new Check("c", "s", "u", 1, new Estimate(double.NaN, 0), 10).Passed);

    [Fact]
    public void Run_OneWorkerOrMany_GivesTheSameNumbers() =>
        Assert.Equal(Json(LatencyValueExperiment.Run(s_quick with { Workers = 1 }, _ => { })), Json(LatencyValueExperiment.Run(s_quick with { Workers = 5 }, _ => { })));

    [Fact]
    public void Run_EveryCurve_AddsUpAndStartsAtNoLatency()
    {
        Assert.Equal(12, s_book.Value.Curves.Count);
        foreach (PolicyCurve curve in s_book.Value.Curves)
        {
            Assert.Equal(Delays.All, curve.Points.Select(p => p.Delay));
            Assert.Equal(0, curve.Points[0].OverNoLatency.Mean);
            Assert.Equal(0, curve.Points[0].AdversePerTrade.Mean);
            foreach (CostPoint p in curve.Points)
            {
                double parts = p.Tracking.Mean + p.Adverse.Mean + p.Fees.Mean + p.Missed.Mean + p.Floor.Mean + p.StaleQuotes.Mean;
                Assert.Equal(parts, p.Total.Mean, 1e-9 * (1 + Math.Abs(p.Total.Mean)));
            }
        }
    }

    [Fact]
    public void Run_NoTapes_SaysThatTheyWereNotRun()
    {
        Assert.Equal(2, s_book.Value.NotRun.Count);
        Assert.All(s_book.Value.NotRun, line => Assert.Contains("not run", line, StringComparison.Ordinal));
        Assert.Empty(s_book.Value.TapeCuts);
        Assert.Single(s_book.Value.Tapes);
    }

    [Fact]
    public void Write_Page_IsWellFormedAndAsksNothingOfTheNetwork()
    {
        string page = LatencyValueHtml.Write(s_book.Value);
        using XmlReader reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse });
        XDocument document = XDocument.Load(reader);
        Assert.True(document.Descendants("svg").Count() >= 10);
        Assert.DoesNotContain("NaN,", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.All(s_book.Value.NotRun, line => Assert.Contains(line, document.Root!.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Json_HoldsThePagesNumbers()
    {
        using JsonDocument document = JsonDocument.Parse(Json(s_book.Value));
        JsonElement point = document.RootElement.GetProperty("curves")[3].GetProperty("points")[8];
        CostPoint expected = s_book.Value.Curves[3].Points[8];
        Assert.Equal(expected.Total.Mean, point.GetProperty("totalBpsPerYear").GetProperty("mean").GetDouble());
        Assert.Equal(expected.Delay, point.GetProperty("delayNs").GetInt64());
        Assert.True(document.RootElement.GetProperty("right").GetBoolean());
    }

    [Theory]
    [InlineData(0.4, 0.01, "saves 0.400")]
    [InlineData(-0.4, 0.01, "loses 0.400")]
    [InlineData(0.4, 0.5, "does not measurably change")]
    [InlineData(0.4, double.NaN, "trades too rarely to tell")]
    public void Of_TapesThatSayOtherwise_SaysOtherwise(double saved, double error, string words)
    {
        LatencyCut[] cuts = [.. Delays.Cuts.Select(c => new LatencyCut(c.From, c.To, null, new Estimate(saved, error)))];
        TapeStudy tape = s_book.Value.Tapes[0] with { Lines = 1, Cuts = cuts };
        IReadOnlyList<string> lines = Headline.Of(s_book.Value with { TapeCuts = cuts, Tapes = [tape] });
        Assert.Contains(words, lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneSeed_IsRefused() =>
        Assert.Throws<ArgumentException>(() => LatencyValueExperiment.Run(s_quick with { Seeds = 1 }, _ => { }));

    private static string Json(LatencyValueBook book)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
            LatencyValueJson.Write(writer, book);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
