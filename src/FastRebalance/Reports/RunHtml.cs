using System.Globalization;
using FastRebalance.Charts;
using FastRebalance.Core.Assets;
using FastRebalance.Histories;

namespace FastRebalance.Reports;

/// <summary>A run's report as one page: how it went, the drift with its rebalances, latencies, and where each order went.</summary>
public static class RunHtml
{
    private const int MostOrders = 200;
    private const int MostPoints = 2_000;

    /// <param name="report">With the reports of the desks that ran along.</param>
    /// <exception cref="IOException">The run's journal cannot be read.</exception>
    public static string Write(RunReport report)
    {
        HtmlPage page = new($"Run of {report.Portfolio}");
        foreach (RunReport desk in (RunReport[])[report, .. report.Desks])
        {
            if (report.Desks.Count > 0)
                page.Heading(desk.Portfolio);
            Write(page, desk);
        }
        return page.ToString();
    }

    private static void Write(HtmlPage page, RunReport report)
    {
        if (report.Fault is { } fault)
            page.Banner(fault);
        Path path = new();
        RunSummary summary = RunHistory.Read(report.Journal, path);
        Figures(page, report, path);
        if (summary.Gap is not null)
            page.Banner($"The journal has a gap: {summary.Gap}.");
        if (path.Drift.Count > 1)
            page.Chart(Drift(path), "The largest distance of a weight from its target, by the event clock; dots are orders, at the drift that they were decided on.");
        page.Heading("Rebalances");
        Orders(page, report, path);
        page.Heading("Latency");
        page.Table(["stage", "count", "p50", "p99", "p99.9", "max"], report.Latency.Select(static stage => (string[])
        [
            stage.Key, $"{stage.Value.Count}", Time(stage.Value.P50Ns), Time(stage.Value.P99Ns), Time(stage.Value.P999Ns), Time(stage.Value.MaxNs),
        ]));
        page.Heading("Decisions");
        page.Table(["how passes ended", "passes"], report.Verdicts.Select(static verdict => (string[])[verdict.Key, $"{verdict.Value}"]));
        if (report.Refusals.Count > 0)
            page.Table(["refused for", "passes"], report.Refusals.Select(static refusal => (string[])[refusal.Key, $"{refusal.Value}"]));
        page.Heading("The run");
        page.Facts(Facts(report));
    }

    private static void Figures(HtmlPage page, RunReport report, Path path)
    {
        double slippage = path.Orders.Sum(static order => order.RealisedSlippageNumeraire), expected = path.Orders.Sum(static order => order.ExpectedSlippageNumeraire);
        page.Figures(
        [
            ("ended", report.Fault is not null ? "by a fault" : report.InsideBand ? "inside the band" : report.InFlight ? "in flight" : "outside the band",
                $"after {N(report.Seconds)} s"),
            ("drift", $"{N(report.Drift.EndBps)} bp", $"from {N(report.Drift.StartBps)} bp, worst {N(report.Drift.WorstBps)} bp"),
            ("orders", $"{report.Transactions.Count}", $"{report.Unsent.Count} not sent"),
            ("slippage", N(slippage), $"expected {N(expected)} {report.Numeraire}"),
            ("gas", N(path.Orders.Sum(static order => order.GasNumeraire)), report.Numeraire),
            ("value", N(report.ValueNumeraire), report.Numeraire),
        ]);
    }

    private static string Drift(Path path)
    {
        int step = (path.Drift.Count / MostPoints) + 1;
        (double X, double Y)[] line = [.. path.Drift.Where((_, i) => i % step == 0 || i == path.Drift.Count - 1)];
        (double, double)[] dots = [.. path.Orders.Select(static order => (Seconds(order.UnixNs), order.DriftBeforeBps))];
        double high = Math.Max(line.Max(static point => point.Y), dots.Length == 0 ? 0 : dots.Max(static dot => dot.Item2));
        return LineChart.Draw(
            Axis.Time("time, UTC", line[0].X, line[^1].X), Axis.Linear("drift, bp", 0, Math.Max(high * 1.05, 1e-6)),
            new Series("largest drift", line, 1), new Series("orders", dots, 2, HasDots: true, HasLine: false));
    }

    private static void Orders(HtmlPage page, RunReport report, Path path)
    {
        if (report.Transactions.Count + report.Unsent.Count == 0)
            page.Paragraph("None.");
        if (report.Transactions.Count > MostOrders)
            page.Paragraph($"The first {MostOrders} of {report.Transactions.Count}.");
        Dictionary<string, RecordedOrder> costs = path.Orders.ToDictionary(static order => $"{order.OrderId:x}");
        page.Table(["transaction", "status", "why", "trades", "block", "gas", $"slippage, {report.Numeraire}", "expected", "drift before, bp", "after"],
            report.Transactions.Take(MostOrders).Select(sent => Row(sent, costs.GetValueOrDefault(sent.Order))));
        if (report.Unsent.Count > 0)
            page.Table(["not sent", "why", "because"], report.Unsent.Take(MostOrders).Select(static unsent => (string[])[unsent.Order, unsent.Reason, unsent.Note]));
    }

    private static string[] Row(TransactionReport sent, RecordedOrder? order) =>
    [
        sent.Hash, sent.Note.Length > 0 ? $"{sent.Status}: {sent.Note}" : sent.Status, sent.Reason,
        string.Join("; ", sent.Legs.Select(static leg => $"{leg.Sell} to {leg.Buy}")), $"{sent.Block}", $"{sent.GasUsed}",
        N(order?.RealisedSlippageNumeraire), N(order?.ExpectedSlippageNumeraire), N(sent.DriftBps), N(order?.DriftAfterBps),
    ];

    private static IEnumerable<(string, string)> Facts(RunReport report) =>
    [
        ("chain", $"{report.Chain.Id}, profile {report.Chain.Profile}"), ("decisions", $"{report.Decisions}"), ("topology", report.Topology),
        ("heads", $"{report.Feed.Heads}, {report.Feed.Mismatches} mismatches, {report.Feed.Reorgs} reorgs, {report.Feed.Losses} times lost"),
        ("pool events", $"{report.Feed.PoolEvents}"), ("refused events", $"{report.RefusedEvents}"),
        ("allocated", $"{N(report.AllocatedBytesPerDecision)} bytes a decision"), ("search", report.Search), ("journal", report.Journal),
        .. report.Feed.Prices.Select(static prices => (prices.Kind, $"{prices.Published} prices, {prices.Missed} missed, {prices.Losses} times lost")),
    ];

    private static double Seconds(long unixNs) => unixNs / 1e9;

    private static string N(double? number) => number?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-";

    private static string Time(long ns) => ns switch
    {
        < 10_000 => $"{ns} ns",
        < 10_000_000 => $"{(ns / 1e3).ToString("0.0", CultureInfo.InvariantCulture)} µs",
        _ => $"{(ns / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} ms",
    };

    /// <summary>What the charts want of the journal.</summary>
    private sealed class Path : IHistorySink
    {
        public List<(double X, double Y)> Drift { get; } = [];

        public List<RecordedOrder> Orders { get; } = [];

        public void Take(RecordedDecision decision)
        {
            if (decision.DriftBps is { } drift)
                Drift.Add((Seconds(decision.UnixNs), drift));
        }

        public void Take(RecordedOrder order) => Orders.Add(order);

        public void Take(RecordedReport report)
        {
        }

        public void Take(RecordedAction action)
        {
        }

        public void Take(RecordedLoss loss)
        {
        }
    }
}
