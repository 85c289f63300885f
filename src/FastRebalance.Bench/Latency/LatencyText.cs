using System.Globalization;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;

namespace FastRebalance.Bench.Latency;

/// <summary>Says as tables what was measured.</summary>
internal static class LatencyText
{
    private static readonly double[] SpreadPercentiles = [50, 99];

    public static void Write(TextWriter writer, LatencyBook book)
    {
        writer.WriteLine($"machine  {Machine.Processor}, {Machine.Cores} cores, {Machine.System}");
        writer.WriteLine($"runtime  {Machine.Runtime}");
        writer.WriteLine($"load     {Machine.Load ?? "unknown"} after the runs, this program's own threads among it");
        foreach (IGrouping<(Mode, int), LatencyRun> equal in book.Runs.GroupBy(r => (r.Mode, r.Options.RatePerSecond)))
        {
            foreach ((int index, LatencyRun run) in equal.Index())
                WriteRun(writer, run, $"{LatencyBook.NameOf(run.Mode)}, run {index + 1} of {equal.Count()}");
            WriteSpread(writer, [.. equal]);
        }
        WriteSweep(writer, book);
        if (book.Inconclusive is { } reason)
            writer.WriteLine($"{Environment.NewLine}INCONCLUSIVE: {reason}");
    }

    public static void WriteRun(TextWriter writer, LatencyRun run, string title)
    {
        LatencyOptions o = run.Options;
        string crossings = run.Mode == Mode.Firing ? $", one in {o.Every} across the band" : "";
        writer.WriteLine();
        writer.WriteLine($"{title}: {o.RatePerSecond} prices/s{crossings}, {o.Measured.TotalSeconds:0.#} s after {o.WarmUp.TotalSeconds:0.#} s of "
            + $"warm-up, {LatencyBook.NameOf(o.Topology)}, waiting {o.Wait} and {o.OrderWait}, {run.PathSearch}");
        writer.WriteLine($"{"microseconds",-20}{"count",10}{"min",10}{"p50",10}{"p90",10}{"p99",10}{"p99.9",10}{"p99.99",10}{"max",12}");
        foreach (Measure measure in LatencyBook.MeasuresOf(run))
            WriteLine(writer, measure);
        WriteAboveHiccups(writer, run);
        WriteCosts(writer, run);
        writer.WriteLine($"results          {(run.Failures.Count == 0 ? "verified" : $"WRONG: {string.Join("; ", run.Failures.Take(5))}")}");
    }

    private static void WriteLine(TextWriter writer, Measure measure)
    {
        LatencyFigures f = measure.Figures;
        long[] percentiles = [f.MinNs, f.P50Ns, f.P90Ns, f.P99Ns, f.P999Ns, f.P9999Ns];
        writer.WriteLine($"{measure.Title,-20}{f.Count,10}{string.Concat(percentiles.Select(p => $"{Us(p),10}"))}{Us(f.MaxNs),12}");
    }

    private static void WriteAboveHiccups(TextWriter writer, LatencyRun run)
    {
        if (run.Seating.PublisherGivesWay)
            return; // the publisher's gaps are the signer's work too
        LatencyFigures seen = LatencyFigures.Of(run.Engine.DueToDecision), machine = LatencyFigures.Of(run.Hiccup);
        writer.WriteLine($"above the machine's own hiccups: p99 {Us(seen.P99Ns - machine.P99Ns)}, p99.9 {Us(seen.P999Ns - machine.P999Ns)}, "
            + $"max {Us(seen.MaxNs - machine.MaxNs)} (due to decision; watched on {LatencyBook.WatchedCores(run)})");
    }

    private static void WriteCosts(TextWriter writer, LatencyRun run)
    {
        EngineLoop engine = run.Engine;
        string seats = string.Join(", ", run.Seating.All.Select(s => s.IsTaken ? $"{s.Thread} on {s.Core}" : $"{s.Thread} not"));
        string way = run.Seating.PublisherGivesWay ? "; the publisher gives way to the threads that have no core of their own" : "";
        writer.WriteLine($"pinned           {seats}{way}");
        writer.WriteLine($"allocated        {string.Join(", ", run.HotBytes.Select(h => $"{h.Thread} {h.Bytes}"))} bytes in {engine.Decisions} decisions; "
            + $"the whole process {run.ProcessBytes}");
        writer.WriteLine($"collections      {string.Join(" / ", run.Collections)} of generation 0 / 1 / 2");
        double size = (double)engine.Events / Math.Max(1, engine.Batches);
        writer.WriteLine($"batches          {engine.Batches} of {size:0.00} events each, largest {engine.LargestBatch}: {Sizes(engine)}");
        writer.WriteLine($"published        {Verdicts(run)} (warm-up included)");
        if (run.Mode == Mode.Firing)
            writer.WriteLine($"orders           {run.Signed} signed for {run.Schedule.Crossed} crossings, {Range(run.Legs)} legs, "
                + $"{Range(run.TransactionBytes)} bytes, into a {run.SocketKind}; {run.VerifiedSignatures} signatures verified at its far end; {run.DelayedCrossings} measured crossings due while one lasted");
    }

    /// <summary>The same thing measured again: a difference between two programs that is smaller than this one is none.</summary>
    private static void WriteSpread(TextWriter writer, LatencyRun[] runs)
    {
        foreach (double percentile in SpreadPercentiles)
        {
            Timeline timeline = runs[0].Engine.Timeline;
            (long a, long b) = (timeline.Half(false).PercentileNs(percentile), timeline.Half(true).PercentileNs(percentile));
            writer.WriteLine($"due to decision, p{percentile:0}: first half {Us(a)}, second half {Us(b)}");
            if (runs.Length < 2)
                continue;
            foreach (string key in runs[0].Mode == Mode.Firing ? new[] { "dueToDecision", "dueToSigned" } : ["dueToDecision"])
            {
                long[] values = [.. runs.Select(r => LatencyBook.MeasuresOf(r).First(m => m.Key == key).Values.PercentileNs(percentile))];
                writer.WriteLine($"spread of {runs.Length} equal runs, {key}, p{percentile:0}: {Us(values.Min())} to {Us(values.Max())} "
                    + $"({100 * ((double)values.Max() / Math.Max(1, values.Min()) - 1):0} %)");
            }
        }
    }

    private static void WriteSweep(TextWriter writer, LatencyBook book)
    {
        if (book.Sweep.Count == 0)
            return;
        writer.WriteLine();
        writer.WriteLine($"{"prices/s, quiet",-20}{"p50",10}{"p99",10}{"p99.9",10}{"max",12}{"hiccup p99.9",14}{"largest batch",15}");
        foreach (LatencyRun run in book.QuietByRate)
        {
            LatencyFigures f = LatencyFigures.Of(run.Engine.DueToDecision);
            writer.WriteLine($"{run.Options.RatePerSecond,-20}{Us(f.P50Ns),10}{Us(f.P99Ns),10}{Us(f.P999Ns),10}{Us(f.MaxNs),12}"
                + $"{Us(run.Hiccup.PercentileNs(99.9)),14}{run.Engine.LargestBatch,15}{(run.IsSaturated ? "  saturated" : "")}");
        }
        writer.WriteLine(LatencyBook.SaturationOf(book));
    }

    public static string Us(long ns) => (ns / 1000.0).ToString(Math.Abs(ns) < 100_000 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Range((int Least, int Most) range) =>
        range.Least == range.Most ? $"{range.Most}" : $"{range.Least} to {range.Most}";

    private static string Verdicts(LatencyRun run) => string.Join(", ",
        Enum.GetValues<DecisionVerdict>().Where(v => run.Sink.ByVerdict[(int)v] > 0).Select(v => $"{run.Sink.ByVerdict[(int)v]} {v}"));

    private static string Sizes(EngineLoop engine) => string.Join(", ",
        engine.BatchesBySize.Index().Where(b => b.Item > 0).Select(b => $"{b.Item} of {(b.Index < 2 ? "" : "up to ")}{1L << b.Index}"));
}
