using System.Text.Json;
using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Latency;

/// <summary>Says as one JSON object what was measured. Every length of time is in nanoseconds.</summary>
internal static class LatencyJson
{
    public static void Write(Utf8JsonWriter json, LatencyBook book)
    {
        json.WriteStartObject();
        WriteHead(json, book);
        WriteHeadline(json, book);
        json.WriteStartArray("runs");
        foreach (LatencyRun run in book.Runs)
            WriteRun(json, run);
        json.WriteEndArray();
        WriteSweep(json, book);
        WriteTexts(json, "failures", book.Failures);
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, LatencyBook book)
    {
        LatencyRun main = book.Main;
        json.WriteString("commandLine", book.Options.CommandLine);
        json.WriteString("processor", Machine.Processor);
        json.WriteNumber("cores", Machine.Cores);
        json.WriteNumber("busyThreads", book.Runs.Max(r => r.Seating.BusyThreads));
        json.WriteBoolean("conclusive", book.Inconclusive is null);
        json.WriteString("inconclusive", book.Inconclusive);
        json.WriteBoolean("pinned", book.Runs.TrueForAll(r => r.Seating.IsPinned));
        json.WriteString("topology", LatencyBook.NameOf(main.Options.Topology));
        json.WriteString("waitStrategy", main.Options.Wait);
        json.WriteString("orderWaitStrategy", main.Options.OrderWait);
        json.WriteString("pathSearch", main.PathSearch);
        json.WriteString("system", Machine.System);
        json.WriteString("runtime", Machine.Runtime);
        json.WriteString("loadAverage", Machine.Load);
    }

    /// <summary>The figures that most readers come for: decisions from the quiet run, orders from the firing one.</summary>
    private static void WriteHeadline(Utf8JsonWriter json, LatencyBook book)
    {
        LatencyRun main = book.Main;
        LatencyRun[] runs = [.. new[] { book.Quiet, book.Firing }.OfType<LatencyRun>()];
        json.WriteNumber("rate", main.Options.RatePerSecond);
        json.WriteNumber("events", main.Engine.Events);
        json.WriteNumber("measuredSeconds", main.Options.Measured.TotalSeconds);
        json.WriteNumber("allocatedBytes", runs.Sum(r => r.HotBytes.Sum(h => h.Bytes)));
        json.WriteNumber("processAllocatedBytes", runs.Sum(r => r.ProcessBytes));
        WriteNumbers(json, "gcCounts", Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => (long)runs.Sum(r => r.Collections[g])));
        WriteHiccup(json, main);
        WriteMeasure(json, "dueToDecision", main.Engine.DueToDecision);
        if (book.Firing is { } firing)
        {
            WriteMeasure(json, "dueToOrder", firing.DueToOrder);
            WriteMeasure(json, "dueToSigned", firing.DueToSigned);
            WriteMeasure(json, "dueToSocketWrite", firing.DueToSocketWrite);
        }
        json.WriteStartObject("stages");
        foreach (Measure stage in runs.SelectMany(LatencyBook.StagesOf).DistinctBy(s => s.Key))
            WriteMeasure(json, stage.Key, stage.Values);
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, LatencyRun run)
    {
        json.WriteStartObject();
        json.WriteString("mode", LatencyBook.NameOf(run.Mode));
        json.WriteNumber("rate", run.Options.RatePerSecond);
        json.WriteNumber("measuredSeconds", run.Options.Measured.TotalSeconds);
        json.WriteNumber("warmUpSeconds", run.Options.WarmUp.TotalSeconds);
        json.WriteNumber("pricesPerCrossing", run.Mode == Mode.Firing ? run.Options.Every : 0);
        if (Warmth.PricesUntilSteady(run.Engine.WarmUpNs, run.Engine.DueToDecision.PercentileNs(50)) is { } prices)
            json.WriteNumber("warmAfterPrices", prices);
        else
            json.WriteNull("warmAfterPrices");
        WriteSeating(json, run);
        json.WriteStartObject("latencies");
        foreach (Measure measure in LatencyBook.MeasuresOf(run))
            WriteMeasure(json, measure.Key, measure.Values);
        json.WriteEndObject();
        WriteHiccup(json, run);
        WriteCounts(json, run);
        WriteTexts(json, "failures", run.Failures);
        json.WriteEndObject();
    }

    private static void WriteSeating(Utf8JsonWriter json, LatencyRun run)
    {
        json.WriteNumber("busyThreads", run.Seating.BusyThreads);
        json.WriteBoolean("conclusive", run.IsConclusive);
        json.WriteStartArray("placement");
        foreach (Seat seat in run.Seating.All)
        {
            json.WriteStartObject();
            json.WriteString("thread", seat.Thread);
            json.WriteNumber("core", seat.Core);
            json.WriteBoolean("pinned", seat.IsTaken);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteCounts(Utf8JsonWriter json, LatencyRun run)
    {
        json.WriteStartObject("allocatedBytes");
        foreach ((string thread, long bytes) in run.HotBytes)
            json.WriteNumber(thread, bytes);
        json.WriteNumber("process", run.ProcessBytes);
        json.WriteEndObject();
        WriteNumbers(json, "gcCounts", run.Collections.Select(c => (long)c));
        json.WriteNumber("events", run.Engine.Events);
        json.WriteNumber("decisions", run.Engine.Decisions);
        json.WriteNumber("batches", run.Engine.Batches);
        json.WriteNumber("largestBatch", run.Engine.LargestBatch);
        json.WriteNumber("ringFull", run.Schedule.RingFull);
        json.WriteNumber("behindNs", run.BehindNs);
        json.WriteBoolean("saturated", run.IsSaturated);
        json.WriteNumber("crossings", run.Schedule.Crossed);
        json.WriteNumber("delayedCrossings", run.DelayedCrossings);
        json.WriteNumber("signed", run.Signed);
        json.WriteString("socket", run.Mode == Mode.Firing ? run.SocketKind : null);
        json.WriteNumber("signaturesVerified", run.VerifiedSignatures);
        json.WriteNumber("largestTransactionBytes", run.TransactionBytes.Most);
        WriteHalves(json, run);
    }

    /// <summary>How far the two halves of the same run are apart.</summary>
    private static void WriteHalves(Utf8JsonWriter json, LatencyRun run)
    {
        json.WriteStartArray("dueToDecisionHalves");
        foreach (bool second in new[] { false, true })
            WriteFigures(json, run.Engine.Timeline.Half(second));
        json.WriteEndArray();
    }

    /// <summary>What both cores' stalls would have cost these prices, and the raw stalls of each core.</summary>
    private static void WriteHiccup(Utf8JsonWriter json, LatencyRun run)
    {
        json.WriteStartObject("hiccup");
        WriteFields(json, run.Hiccup);
        WriteMeasure(json, "publisher", run.Schedule.Gaps);
        if (run.EngineGaps is { } gaps)
            WriteMeasure(json, "engine", gaps);
        json.WriteEndObject();
    }

    private static void WriteSweep(Utf8JsonWriter json, LatencyBook book)
    {
        if (book.Sweep.Count == 0)
            return;
        json.WriteStartArray("sweep");
        foreach (LatencyRun run in book.QuietByRate)
        {
            json.WriteStartObject();
            json.WriteNumber("rate", run.Options.RatePerSecond);
            json.WriteNumber("measuredSeconds", run.Options.Measured.TotalSeconds);
            json.WriteBoolean("saturated", run.IsSaturated);
            json.WriteNumber("behindNs", run.BehindNs);
            json.WriteNumber("largestBatch", run.Engine.LargestBatch);
            WriteMeasure(json, "dueToDecision", run.Engine.DueToDecision);
            WriteHiccup(json, run);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("saturation", LatencyBook.SaturationOf(book));
    }

    private static void WriteMeasure(Utf8JsonWriter json, string name, LatencyHistogram values)
    {
        json.WritePropertyName(name);
        WriteFigures(json, values);
    }

    private static void WriteFigures(Utf8JsonWriter json, LatencyHistogram values)
    {
        json.WriteStartObject();
        WriteFields(json, values);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, LatencyHistogram values)
    {
        LatencyFigures f = LatencyFigures.Of(values);
        json.WriteNumber("count", f.Count);
        json.WriteNumber("minNs", f.MinNs);
        json.WriteNumber("meanNs", f.MeanNs);
        json.WriteNumber("p50Ns", f.P50Ns);
        json.WriteNumber("p90Ns", f.P90Ns);
        json.WriteNumber("p99Ns", f.P99Ns);
        json.WriteNumber("p999Ns", f.P999Ns);
        json.WriteNumber("p9999Ns", f.P9999Ns);
        json.WriteNumber("maxNs", f.MaxNs);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
