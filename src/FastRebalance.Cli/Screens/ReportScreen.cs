using System.Globalization;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Reports;
using Spectre.Console;

namespace FastRebalance.Cli.Screens;

/// <summary>A run's report for a person.</summary>
internal static class ReportScreen
{
    public static void Show(RunReport report, ConfigFile config)
    {
        AnsiConsole.Write(new Rule(Markup.Escape($"rebalances of {report.Portfolio}")).LeftJustified());
        foreach (TransactionReport transaction in report.Transactions)
            Show(transaction, config);
        foreach (UnsentReport unsent in report.Unsent)
            AnsiConsole.MarkupLine($"[yellow]not sent[/] [grey]{Markup.Escape(unsent.Reason)}: {Markup.Escape(unsent.Note)}[/]");
        if (report.Transactions.Count + report.Unsent.Count == 0)
            AnsiConsole.MarkupLine("[grey]none[/]");

        AnsiConsole.Write(new Rule("latency").LeftJustified());
        Table latency = new Table().Border(TableBorder.Simple).AddColumns("stage", "count", "p50", "p99", "p99.9", "max");
        foreach ((string stage, LatencyReport figures) in report.Latency)
            latency.AddRow(stage, $"{figures.Count}", Time(figures.P50Ns), Time(figures.P99Ns), Time(figures.P999Ns), Time(figures.MaxNs));
        AnsiConsole.Write(latency);

        AnsiConsole.Write(new Rule("summary").LeftJustified());
        Grid grid = new Grid().AddColumns(2);
        grid.AddRow("drift", $"start {report.Drift.StartBps} bps, worst {report.Drift.WorstBps} bps, end {report.Drift.EndBps} bps");
        grid.AddRow("decisions", $"{report.Decisions}: {string.Join(", ", report.Verdicts.Select(v => $"{v.Key} {v.Value}"))}");
        grid.AddRow("feed", $"{report.Feed.Heads} heads reconciled, {report.Feed.PoolEvents} pool events, {report.Feed.Mismatches} mismatches, {report.Feed.Reorgs} reorgs, {report.Feed.Losses} times lost");
        foreach (PriceFeedReport prices in report.Feed.Prices)
            grid.AddRow("prices", Markup.Escape($"{prices.Kind}: {prices.Published} told, {prices.Conflated} overtaken, {prices.Older} older, {prices.Unusable} unusable, {prices.Missed} missed in {prices.Gaps} gaps, {prices.Losses} times lost{(prices.Trouble is { } trouble ? $" ({trouble})" : "")}"));
        grid.AddRow("allocated", $"{report.AllocatedBytesPerDecision:0.##} bytes a decision on the engine thread");
        grid.AddRow("value", $"{report.ValueNumeraire.ToString("N2", CultureInfo.InvariantCulture)} {Markup.Escape(report.Numeraire)}");
        if (report.Position is { } position)
            foreach ((string name, string text) in PositionWords.Rows(position))
                grid.AddRow(Markup.Escape(name), Markup.Escape(text));
        grid.AddRow("threads", $"{report.Topology}{string.Concat(report.Threads.Select(Placed))}");
        grid.AddRow("chain", Markup.Escape($"{report.Chain.Id}, profile {report.Chain.Profile}{(report.Chain.Note.Length > 0 ? "; " + report.Chain.Note : "")}"));
        foreach (string endpoint in report.Chain.Endpoints)
            grid.AddRow("endpoint", Markup.Escape(endpoint));
        foreach (string channel in report.Chain.Channels)
            grid.AddRow("channel", Markup.Escape(channel));
        foreach (SubmissionReport submission in report.Submission)
            grid.AddRow("submission", Markup.Escape(SubmissionOf(submission)));
        foreach (Reloading.ReloadLine reload in report.Reloads)
            grid.AddRow("reload", Markup.Escape(reload.Text));
        grid.AddRow("search", Markup.Escape(report.Search));
        grid.AddRow("journal", Markup.Escape(report.Journal));
        AnsiConsole.Write(grid);
        AnsiConsole.MarkupLine(report switch
        {
            { Fault: not null } => "[red]stopped by a fault[/]",
            { InsideBand: true } => "[green]ended inside the band[/]",
            { InFlight: true } => "[yellow]ended with a rebalance in flight[/]",
            _ => "[red]ended outside the band[/]",
        });
    }

    private static string SubmissionOf(SubmissionReport submission)
    {
        string text = $"{submission.Mode}, {submission.Fired} fired, {submission.Replacements} replaced, {submission.Cancels} cancelled, "
            + $"{submission.Resends} sent again, {submission.Waits} waited";
        if (submission.Ladder is not { } ladder)
            return text;
        text += $"; signed ahead {ladder.Signed}, hits {ladder.Hits}, misses {ladder.Misses.Values.Sum()}"
            + $" ({string.Join(", ", ladder.Misses.Where(miss => miss.Value > 0).Select(miss => $"{miss.Key} {miss.Value}"))})";
        return ladder.Trouble.Length > 0 ? $"{text}; not armed: {ladder.Trouble}" : text;
    }

    private static string Placed(ThreadReport thread) =>
        $", {thread.Thread} {(thread.Core is { } core ? $"on core {core}" : "on any core")} with {thread.Priority} priority";

    private static void Show(TransactionReport transaction, ConfigFile config)
    {
        AnsiConsole.MarkupLine($"[bold]{transaction.Hash}[/] nonce {transaction.Nonce} [{(transaction.Status == "included" ? "green" : "red")}]{transaction.Status}[/] gas {transaction.GasUsed}");
        AnsiConsole.MarkupLine($"  [grey]{Markup.Escape(transaction.Reason)}{(transaction.Note.Length > 0 ? "; " + Markup.Escape(transaction.Note) : "")}[/]");
        foreach (LegReport leg in transaction.Legs)
            AnsiConsole.MarkupLine(
                $"  {Sold(config, leg)}{Tokens(config, leg.Sell, leg.AmountIn)} {Markup.Escape(leg.Sell)} → expected {Tokens(config, leg.Buy, leg.ExpectedOut)}, "
                + $"received {Tokens(config, leg.Buy, leg.ReceivedOut)} {Markup.Escape(leg.Buy)} [grey]through {string.Join(", ", leg.Path.Select(p => p[..10] + "…"))}[/]");
    }

    // What is expected is of what was decided: a smaller shot, or a part that was filled, brings less.
    private static string Sold(ConfigFile config, LegReport leg) =>
        leg.SpentIn == "0" || leg.SpentIn == leg.AmountIn ? "" : $"{Tokens(config, leg.Sell, leg.SpentIn)} of ";

    private static string Tokens(ConfigFile config, string symbol, string units)
    {
        int decimals = config.Assets.FirstOrDefault(a => a.Symbol == symbol)?.Decimals ?? 0;
        return TokenUnits.Format(UInt256.Parse(units), decimals);
    }

    private static string Time(long ns) => ns switch
    {
        < 10_000 => $"{ns} ns",
        < 10_000_000 => $"{(ns / 1e3).ToString("0.0", CultureInfo.InvariantCulture)} µs",
        _ => $"{(ns / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} ms",
    };
}
