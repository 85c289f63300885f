using System.Globalization;
using FastRebalance.Charts;
using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Latency;

/// <summary>Shows what was measured as one page.</summary>
internal static class LatencyHtml
{
    private const int MostDecades = 7;
    private const double NsPerSecond = 1e9;

    private static readonly string[] FigureHeads = ["", "count", "p50", "p90", "p99", "p99.9", "p99.99", "max"];

    public static string Write(LatencyBook book)
    {
        HtmlPage page = new("Tick to transaction, measured");
        if (book.Inconclusive is { } reason)
            page.Banner($"INCONCLUSIVE in part. {reason}.");
        foreach (string failure in book.Failures)
            page.Banner($"WRONG: {failure}");
        WriteFacts(page, book);
        WriteFigures(page, book);
        foreach (LatencyRun run in book.Runs)
            WriteRun(page, book, run);
        if (book.Sweep.Count > 0)
            WriteSweep(page, book);
        WriteMethod(page, book);
        return page.ToString();
    }

    private static void WriteFacts(HtmlPage page, LatencyBook book)
    {
        LatencyRun main = book.Main;
        page.Facts(
        [
            ("processor", Machine.Processor),
            ("cores", $"{Machine.Cores} for {book.Runs.Max(r => r.Seating.BusyThreads)} busy threads"),
            ("pinned", Seats(main)),
            ("system", Machine.System),
            ("runtime", Machine.Runtime),
            ("topology", LatencyBook.NameOf(main.Options.Topology)),
            ("waiting", $"engine {main.Options.Wait}, signer {main.Options.OrderWait}"),
            ("path search", main.PathSearch),
            ("rate", $"{main.Options.RatePerSecond:N0} prices/s for {main.Options.Measured.TotalSeconds:0.#} s"),
            ("load", $"{Machine.Load ?? "unknown"} (1, 5, 15 min)"),
        ]);
    }

    private static void WriteFigures(HtmlPage page, LatencyBook book)
    {
        List<(string, string, string)> figures = [];
        if (book.Quiet is { } quiet)
        {
            LatencyFigures f = LatencyFigures.Of(quiet.Engine.DueToDecision), machine = LatencyFigures.Of(quiet.Hiccup);
            figures.Add(("due to decision, p50", Time(f.P50Ns), $"p99 {Time(f.P99Ns)}"));
            figures.Add(("due to decision, p99.9", Time(f.P999Ns), $"the machine's own: {Time(machine.P999Ns)}"));
        }
        if (book.Firing is { } firing)
        {
            LatencyFigures signed = LatencyFigures.Of(firing.DueToSigned), written = LatencyFigures.Of(firing.DueToSocketWrite);
            figures.Add(("due to signed bytes, p50", Time(signed.P50Ns), $"p99 {Time(signed.P99Ns)}"));
            figures.Add(("due to socket write, p50", Time(written.P50Ns), $"p99 {Time(written.P99Ns)}"));
        }
        LatencyRun[] runs = [.. book.Runs];
        figures.Add(("allocated while measured", $"{runs.Sum(r => r.HotBytes.Sum(h => h.Bytes))} B", $"collections: {Collections(runs)}"));
        page.Figures(figures);
    }

    private static void WriteRun(HtmlPage page, LatencyBook book, LatencyRun run)
    {
        bool isQuiet = run.Mode == Mode.Quiet;
        int same = book.Runs.Count(r => r.Mode == run.Mode && r.Options.RatePerSecond == run.Options.RatePerSecond);
        page.Heading((isQuiet ? "Inside the band: nothing fires" : "Across the band: orders are signed and written")
            + $", {run.Options.RatePerSecond:N0} prices/s"
            + (same > 1 ? $", run {book.Runs.Where(r => r.Mode == run.Mode).ToList().IndexOf(run) + 1}" : ""));
        if (run.IsSaturated)
            page.Banner("This rate saturates: the latencies grew for as long as the run lasted.");
        page.Chart(PercentileChart(run), "Latency by percentile; each mark is ten times rarer than the one before. The broken line is what the "
            + $"machine's own stalls, measured in the same run on {LatencyBook.WatchedCores(run)}, would have cost these prices had the program "
            + "taken no time: where the lines meet, the machine made the tail.");
        page.Chart(TimeChart(run), "The same run second by second. A level that rises would be a queue that grows, one that changes at once two "
            + "cores that moved nearer or further apart; single peaks of the broken line are stalls of the publisher's core"
            + (run.Seating.PublisherGivesWay ? ", which the signer shares." : "."));
        page.Table(FigureHeads, LatencyBook.MeasuresOf(run).Select(m => (IReadOnlyList<string>)Row(m)));
        page.Facts(CostsOf(run));
    }

    private static IEnumerable<(string, string)> CostsOf(LatencyRun run)
    {
        yield return ("pinned", Seats(run));
        string hot = string.Join(", ", run.HotBytes.Select(h => $"{h.Thread} {h.Bytes} B"));
        yield return ("allocated", $"{hot}; whole process {run.ProcessBytes} B");
        yield return ("collections", Collections([run]));
        yield return ("events", $"{run.Engine.Events:N0} in {run.Engine.Batches:N0} batches, largest {run.Engine.LargestBatch:N0}");
        if (run.Mode == Mode.Firing)
            yield return ("orders", $"{run.Signed:N0} signed into a {run.SocketKind}; {run.VerifiedSignatures} signatures verified at its far end");
    }

    private static void WriteSweep(HtmlPage page, LatencyBook book)
    {
        LatencyRun[] runs = [.. book.QuietByRate];
        (LatencyRun Run, LatencyFigures Figures, LatencyFigures Machine)[] all =
            [.. runs.Select(r => (r, LatencyFigures.Of(r.Engine.DueToDecision), LatencyFigures.Of(r.Hiccup)))];
        page.Heading("Rate against latency");
        Axis x = Axis.Logarithmic("prices per second", runs[0].Options.RatePerSecond, runs[^1].Options.RatePerSecond, Rate);
        Series Line(string name, Func<LatencyFigures, long> figure, int colour) =>
            new(name, [.. all.Select(a => ((double)a.Run.Options.RatePerSecond, (double)figure(a.Figures)))], colour, HasDots: true);
        Series[] lines =
        [
            Line("p50", f => f.P50Ns, 1), Line("p99", f => f.P99Ns, 3), Line("p99.9", f => f.P999Ns, 2), Line("max", f => f.MaxNs, 4),
            new("machine's p99.9", [.. all.Select(a => ((double)a.Run.Options.RatePerSecond, (double)a.Machine.P999Ns))], 0),
        ];
        page.Chart(
            LineChart.Draw(x, LatencyAxis("due to decision", lines), lines),
            $"Prices inside the band, a fresh engine for each rate. {LatencyBook.SaturationOf(book)}.");
        page.Table(
            ["prices per second", "p50", "p99", "p99.9", "p99.99", "max", "machine's p99.9", "events a batch", ""],
            all.Select(a => (IReadOnlyList<string>)
            [
                $"{a.Run.Options.RatePerSecond:N0}", Time(a.Figures.P50Ns), Time(a.Figures.P99Ns), Time(a.Figures.P999Ns),
                Time(a.Figures.P9999Ns), Time(a.Figures.MaxNs), Time(a.Machine.P999Ns),
                $"{(double)a.Run.Engine.Events / Math.Max(1, a.Run.Engine.Batches):0.0}", a.Run.IsSaturated ? "saturated" : "",
            ]));
    }

    private static void WriteMethod(HtmlPage page, LatencyBook book)
    {
        page.Heading("How it was measured");
        page.Paragraph("""
            Prices are published on a fixed schedule and carry the time at which they were due. Every latency counts from there, so that
            waiting counts wherever it happened: a publisher that was held up, a full ring, a burst that was decided at once. Every price
            counts, not the newest of each batch alone.
            """);
        page.Paragraph("""
            The market is eight assets and a numeraire over 24 Uniswap V2 and V3 pools; four times a second a block moves a third of them. In
            the firing run a price crosses the band at fixed times and comes home only when its order is signed and written, so that no slow
            order escapes. The socket is a local one whose far end reads and throws away: it stands for the way out of this process, not for
            a builder. What came out of it was decoded and its signatures recovered to the desk's account.
            """);
        page.Paragraph("""
            The machine's hiccups are the gaps between readings of the clock by the publisher, which does nothing else while it waits, and by
            the engine's wait strategy. A gap of a millisecond is counted for every price due in it. What the machine takes while the engine
            decides is not seen there and counts as the engine's own.
            """);
        page.Paragraph("""
            Histograms use HdrHistogram's buckets with three significant digits. Bytes are those that publisher, engine and signer allocated
            between the first measured price and the end; collections are the whole process's.
            """);
        page.Code(book.Options.CommandLine);
    }

    private static string PercentileChart(LatencyRun run)
    {
        int colour = 0;
        List<Series> lines = [];
        foreach (Measure measure in LatencyBook.MeasuresOf(run).Where(m => m.Key.StartsWith("dueTo", StringComparison.Ordinal)))
            lines.Add(new(measure.Title, Curve(measure.Values), ++colour));
        lines.Add(new("machine's hiccups", Curve(run.Hiccup), 0));
        int decades = Math.Clamp((int)Math.Ceiling(Math.Log10(Math.Max(10, run.Engine.DueToDecision.Count))), 2, MostDecades);
        return LineChart.Draw(Axis.Percentiles("percentile", decades), LatencyAxis("latency", lines), lines);
    }

    /// <summary>A point wherever the curve rises, at the part of all records that lie below.</summary>
    private static List<(double, double)> Curve(LatencyHistogram values)
    {
        List<(double, double)> points = [];
        long seen = 0;
        foreach ((long value, long count) in values.Buckets())
        {
            points.Add((100.0 * seen / values.Count, value));
            seen += count;
            points.Add((100.0 * Math.Min(seen, values.Count - 1) / values.Count, value));
        }
        return Thinned(points);
    }

    /// <summary>Points closer together than a chart can show are left out.</summary>
    private static List<(double X, double Y)> Thinned(List<(double X, double Y)> points)
    {
        const double across = 0.004, up = 0.004;
        List<(double X, double Y)> kept = [];
        foreach ((double x, double y) in points)
            if (kept.Count == 0 || Decades(x) - Decades(kept[^1].X) > across || Math.Log10(Math.Max(1, y) / Math.Max(1, kept[^1].Y)) > up)
                kept.Add((x, y));
        if (points.Count > 0)
            kept.Add(points[^1]);
        return kept;
    }

    private static double Decades(double percentile) => -Math.Log10(1 - percentile / 100);

    private static string TimeChart(LatencyRun run)
    {
        Timeline timeline = run.Mode == Mode.Quiet ? run.Engine.Timeline : run.SignedTimeline;
        Series[] lines =
        [
            new("p50", Points(timeline, h => h.PercentileNs(50)), 1),
            new("p99", Points(timeline, h => h.PercentileNs(99)), 3),
            new("max", Points(timeline, h => h.MaxNs), 2),
            new("publisher's longest gap", Points(run.Schedule.GapTimeline, h => h.MaxNs), 0),
        ];
        double seconds = timeline.Steps.Count * timeline.StepNs / NsPerSecond;
        string what = run.Mode == Mode.Quiet ? "due to decision" : "due to signed bytes";
        return LineChart.Draw(Axis.Linear("seconds since the measurement began", 0, seconds), LatencyAxis(what, lines), lines);
    }

    private static List<(double, double)> Points(Timeline timeline, Func<LatencyHistogram, long> figure) =>
        [.. timeline.Steps.Index().Where(s => s.Item.Count > 0)
            .Select(s => ((s.Index + 0.5) * timeline.StepNs / NsPerSecond, (double)figure(s.Item)))];

    private static Axis LatencyAxis(string title, IReadOnlyList<Series> lines)
    {
        double[] all = [.. lines.SelectMany(l => l.Points).Select(p => Math.Max(p.Y, 10)).DefaultIfEmpty(1000)];
        return Axis.Logarithmic(title, all.Min(), all.Max(), ns => Time((long)ns));
    }

    private static string[] Row(Measure measure)
    {
        LatencyFigures f = measure.Figures;
        return [measure.Title.Trim(), $"{f.Count:N0}", Time(f.P50Ns), Time(f.P90Ns), Time(f.P99Ns), Time(f.P999Ns), Time(f.P9999Ns), Time(f.MaxNs)];
    }

    private static string Seats(LatencyRun run) => run.Seating.IsPinned
        ? string.Join(", ", run.Seating.All.Select(s => $"{s.Thread} on core {s.Core}"))
        : run.Seating.All.Select(s => s.Refusal).FirstOrDefault(r => r.Length > 0) is { } refusal ? $"no: {refusal}" : "no";

    private static string Collections(IReadOnlyList<LatencyRun> runs) =>
        $"{string.Join(" / ", Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => runs.Sum(r => r.Collections[g])))} of generation 0 / 1 / 2";

    private static string Rate(double perSecond) => perSecond switch
    {
        >= 1e6 => $"{(perSecond / 1e6).ToString("0.#", CultureInfo.InvariantCulture)}M",
        >= 1e3 => $"{(perSecond / 1e3).ToString("0.#", CultureInfo.InvariantCulture)}k",
        _ => perSecond.ToString("0", CultureInfo.InvariantCulture),
    };

    /// <summary>Three or four digits and the unit that suits.</summary>
    internal static string Time(long ns) => ns switch
    {
        < 1_000 => $"{ns} ns",
        < 1_000_000 => $"{Digits(ns / 1e3)} µs",
        < 1_000_000_000 => $"{Digits(ns / 1e6)} ms",
        _ => $"{Digits(ns / 1e9)} s",
    };

    private static string Digits(double value) =>
        value.ToString(value < 10 ? "0.##" : value < 100 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
