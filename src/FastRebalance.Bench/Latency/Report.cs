using System.Globalization;
using System.Text.Json;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;

namespace FastRebalance.Bench.Latency;

/// <summary>Says what the runs measured: as tables for people, or as one JSON document.</summary>
internal static class Report
{
    private static readonly double[] Percentiles = [50, 90, 99, 99.9];

    private static string TooSmall =>
        $"INCONCLUSIVE: {Machine.Cores} cores for {Machine.BusyThreads} busy threads; these are latencies of the scheduler as much as of the engine";

    public static void WriteText(TextWriter writer, IReadOnlyList<LatencyRun> runs)
    {
        writer.WriteLine($"machine  {Machine.Processor}, {Machine.Cores} cores, {Machine.System}");
        writer.WriteLine($"runtime  {Machine.Runtime}");
        writer.WriteLine($"load     {Machine.Load ?? "unknown"} after the runs, this program's own threads among it");
        foreach (IGrouping<Mode, LatencyRun> equal in runs.GroupBy(r => r.Mode))
            foreach ((int index, LatencyRun run) in equal.Index())
                WriteRun(writer, run, $"{Name(equal.Key)}, run {index + 1} of {equal.Count()}");
        foreach (Mode mode in runs.Select(r => r.Mode).Distinct())
            WriteSpread(writer, mode, [.. runs.Where(r => r.Mode == mode)]);
        if (Machine.IsTooSmall)
            writer.WriteLine($"{Environment.NewLine}{TooSmall}");
    }

    public static void WriteJson(Stream stream, IReadOnlyList<LatencyRun> runs)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("processor", Machine.Processor);
        json.WriteNumber("cores", Machine.Cores);
        json.WriteNumber("busyThreads", Machine.BusyThreads);
        json.WriteBoolean("conclusive", !Machine.IsTooSmall);
        json.WriteString("system", Machine.System);
        json.WriteString("runtime", Machine.Runtime);
        json.WriteString("loadAverage", Machine.Load);
        json.WriteStartArray("runs");
        foreach (LatencyRun run in runs)
            WriteJson(json, run);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<(string Name, LatencyHistogram Values)> Latencies(LatencyRun run)
    {
        yield return ("due to decision", run.Engine.DueToDecision);
        if (run.Mode == Mode.Firing)
        {
            yield return ("due to order", run.DueToOrder);
            yield return ("due to signed", run.DueToSigned);
        }
        yield return ("publisher late", run.Schedule.Lateness);
        yield return ("machine hiccup", run.Schedule.Hiccups);
        foreach (Stage stage in Enum.GetValues<Stage>())
            if (stage != Stage.DueToDecision && run.Stages[stage].Count > 0)
                yield return ($"  {stage}", run.Stages[stage]);
    }

    private static void WriteRun(TextWriter writer, LatencyRun run, string title)
    {
        LatencyOptions o = run.Options;
        string crossings = run.Mode == Mode.Firing ? $", one in {o.Every} across the band" : "";
        writer.WriteLine();
        writer.WriteLine($"{title}: {o.RatePerSecond} prices/s{crossings}, {o.Measured.TotalSeconds:0.#} s after {o.WarmUp.TotalSeconds:0.#} s "
            + $"of warm-up, waiting {o.Wait} and {o.OrderWait}, {run.PathSearch}");
        writer.WriteLine($"{"microseconds",-16}{"count",10}{"min",10}{string.Concat(Percentiles.Select(p => $"{$"p{p:0.#}",10}"))}{"max",12}");
        foreach ((string name, LatencyHistogram values) in Latencies(run))
            writer.WriteLine($"{name,-16}{values.Count,10}{Us(values.MinNs),10}"
                + $"{string.Concat(Percentiles.Select(p => $"{Us(values.PercentileNs(p)),10}"))}{Us(values.MaxNs),12}");

        EngineLoop engine = run.Engine;
        writer.WriteLine($"engine thread    {engine.Decisions} decisions, {PerDecision(engine)} bytes allocated each ({engine.AllocatedBytes} in all)");
        writer.WriteLine($"batches          {engine.Batches} of {(double)engine.Events / Math.Max(1, engine.Batches):0.00} events each, largest {engine.LargestBatch}: {Sizes(engine)}");
        writer.WriteLine($"collections      {string.Join(" / ", run.Collections)} of generation 0 / 1 / 2; the process allocated {run.ProcessBytes} bytes");
        writer.WriteLine($"verdicts         {Verdicts(run)} (warm-up included)");
        if (run.Mode == Mode.Firing)
            writer.WriteLine($"orders           {run.Signed} signed for {run.Schedule.Crossed} crossings, {Range(run.Legs)} legs, {Range(run.TransactionBytes)} bytes; "
                + $"{run.VerifiedSignatures} signatures verified; {run.DelayedCrossings} measured crossings due while one lasted");
        writer.WriteLine(run.Failures.Count == 0 ? "results          verified" : $"results          WRONG: {string.Join("; ", run.Failures.Take(5))}");
    }

    /// <summary>The same thing measured again: a difference between two programs that is smaller than this one is none.</summary>
    private static void WriteSpread(TextWriter writer, Mode mode, LatencyRun[] runs)
    {
        if (runs.Length < 2)
            return;
        writer.WriteLine();
        foreach (string name in mode == Mode.Firing ? new[] { "due to decision", "due to signed" } : ["due to decision"])
            foreach (double percentile in new[] { 50.0, 99.0 })
            {
                double[] values = [.. runs.Select(r => (double)Latencies(r).First(l => l.Name == name).Values.PercentileNs(percentile))];
                writer.WriteLine($"spread of {runs.Length} equal runs, {Name(mode)}, {name}, p{percentile:0}: "
                    + $"{Us((long)values.Min())} to {Us((long)values.Max())} ({100 * (values.Max() / Math.Max(1, values.Min()) - 1):0} %)");
            }
    }

    private static void WriteJson(Utf8JsonWriter json, LatencyRun run)
    {
        json.WriteStartObject();
        json.WriteString("mode", Name(run.Mode));
        json.WriteNumber("ratePerSecond", run.Options.RatePerSecond);
        json.WriteNumber("measuredSeconds", run.Options.Measured.TotalSeconds);
        json.WriteNumber("warmUpSeconds", run.Options.WarmUp.TotalSeconds);
        json.WriteNumber("pricesPerCrossing", run.Mode == Mode.Firing ? run.Options.Every : 0);
        json.WriteString("wait", run.Options.Wait);
        json.WriteString("orderWait", run.Options.OrderWait);
        json.WriteString("pathSearch", run.PathSearch);
        json.WriteStartObject("latenciesNs");
        foreach ((string name, LatencyHistogram values) in Latencies(run))
            WriteJson(json, JsonNamingPolicy.CamelCase.ConvertName(Joined(name)), values);
        json.WriteEndObject();
        json.WriteNumber("decisions", run.Engine.Decisions);
        json.WriteNumber("engineBytes", run.Engine.AllocatedBytes);
        json.WriteNumber("batches", run.Engine.Batches);
        json.WriteNumber("events", run.Engine.Events);
        json.WriteNumber("largestBatch", run.Engine.LargestBatch);
        json.WriteStartArray("collections");
        foreach (int count in run.Collections)
            json.WriteNumberValue(count);
        json.WriteEndArray();
        json.WriteNumber("processBytes", run.ProcessBytes);
        json.WriteNumber("crossings", run.Schedule.Crossed);
        json.WriteNumber("delayedCrossings", run.DelayedCrossings);
        json.WriteNumber("signed", run.Signed);
        json.WriteNumber("signaturesVerified", run.VerifiedSignatures);
        json.WriteNumber("largestTransactionBytes", run.TransactionBytes.Most);
        json.WriteStartArray("failures");
        foreach (string failure in run.Failures)
            json.WriteStringValue(failure);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter json, string name, LatencyHistogram values)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", values.Count);
        json.WriteNumber("min", values.MinNs);
        json.WriteNumber("mean", Math.Round(values.MeanNs));
        foreach (double percentile in Percentiles)
            json.WriteNumber(string.Create(CultureInfo.InvariantCulture, $"p{percentile}"), values.PercentileNs(percentile));
        json.WriteNumber("max", values.MaxNs);
        json.WriteEndObject();
    }

    private static string Name(Mode mode) => mode == Mode.Quiet ? "quiet" : "firing";

    private static string Us(long ns) => (ns / 1000.0).ToString(ns < 100_000 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string PerDecision(EngineLoop engine) => $"{(double)engine.AllocatedBytes / Math.Max(1, engine.Decisions):0.##}";

    private static string Range((int Least, int Most) range) => range.Least == range.Most ? $"{range.Most}" : $"{range.Least} to {range.Most}";

    private static string Joined(string name) => string.Concat(name.Trim().Split(' ').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    private static string Verdicts(LatencyRun run) => string.Join(", ",
        Enum.GetValues<DecisionVerdict>().Where(v => run.Sink.ByVerdict[(int)v] > 0).Select(v => $"{run.Sink.ByVerdict[(int)v]} {v}"));

    private static string Sizes(EngineLoop engine) => string.Join(", ",
        engine.BatchesBySize.Index().Where(b => b.Item > 0).Select(b => $"{b.Item} of {(b.Index < 2 ? "" : "up to ")}{1L << b.Index}"));
}
