using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Hosting;
using FastRebalance.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FastRebalance.Cli.Screens;

/// <summary>What a person sees while a run goes on: drift, orders, time. Nothing of it where standard output is not a terminal.</summary>
internal static class LiveScreen
{
    private const int OrdersShown = 8;

    public static async Task<RunReport> WatchAsync(
        Output output, IReadOnlyList<RebalanceHost> hosts, RunOptions options, Func<Action<RebalanceHost>?, Task<RunReport>> run)
    {
        if (output.IsJson || Console.IsOutputRedirected)
        {
            Dictionary<RebalanceHost, Action<RebalanceHost>> lines = hosts.ToDictionary(host => host, _ => LineByLine(output, hosts.Count > 1));
            return await run(host => lines[host](host)).ConfigureAwait(false);
        }
        RunReport? report = null;
        await AnsiConsole.Live(Picture(hosts, options)).StartAsync(async live => report = await run(host =>
        {
            if (host == hosts[0]) // one hand at the picture
                live.UpdateTarget(Picture(hosts, options));
        }).ConfigureAwait(false)).ConfigureAwait(false);
        return report!;
    }

    /// <summary>For logs: a line whenever an order's status changes, and the drift every five seconds.</summary>
    private static Action<RebalanceHost> LineByLine(Output output, bool named)
    {
        TimeSpan next = TimeSpan.Zero;
        Dictionary<ulong, SubmitStatus> told = [];
        return host =>
        {
            string desk = named ? $"{host.Name}: " : "";
            foreach (Execution.OrderOutcome order in host.Orders)
            {
                if (order.Status == SubmitStatus.None || (told.TryGetValue(order.OrderId, out SubmitStatus status) && status == order.Status))
                    continue;
                told[order.OrderId] = order.Status;
                string hash = order.TransactionHash.IsZero ? "" : order.TransactionHash.ToString();
                output.Say($"{Seconds(host)} {desk}order {order.OrderId & 0xFFFFFF}: {order.Status} {hash} {order.Reason}".TrimEnd());
            }
            if (host.Elapsed < next)
                return;
            DecisionSummary summary = host.Monitor.Summary();
            if (summary.Decisions == 0)
                return;
            next = host.Elapsed + TimeSpan.FromSeconds(5);
            string position = host.Position is { } standing ? $", {PositionWords.Short(standing)}" : "";
            output.Say($"{Seconds(host)} {desk}drift {Bps.FromFraction(summary.Last.MaxDrift)}{position}, {summary.Decisions} decisions, {summary.Last.Verdict}");
        };
    }

    private static IRenderable Picture(IReadOnlyList<RebalanceHost> hosts, RunOptions options) => new Rows(hosts.Select(host => Picture(host, options)));

    private static IRenderable Picture(RebalanceHost host, RunOptions options)
    {
        DecisionSummary summary = host.Monitor.Summary();
        Grid head = new Grid().AddColumns(2);
        head.AddRow("[grey]time[/]", $"{host.Elapsed:hh\\:mm\\:ss}{(options.Duration is { } d ? $" of {d:hh\\:mm\\:ss}" : "")}{(options.DryRun ? " [yellow]dry run[/]" : "")}");
        head.AddRow("[grey]value[/]", summary.Last.ValueNumeraire.ToString("N2", CultureInfo.InvariantCulture));
        head.AddRow("[grey]drift[/]", $"{Bps.FromFraction(summary.Last.MaxDrift)} [grey](worst {summary.WorstDrift})[/]");
        head.AddRow("[grey]engine[/]", $"{summary.Last.Verdict} [grey]({summary.Decisions} decisions, {Markup.Escape(host.SearchReason)})[/]");
        if (host.Position is { } position)
            foreach ((string name, string text) in PositionWords.Rows(position))
                head.AddRow($"[grey]{Markup.Escape(name)}[/]", Markup.Escape(text));

        Table orders = new Table().Border(TableBorder.Rounded).AddColumns("order", "status", "transaction", "legs", "gas");
        foreach (Execution.OrderOutcome order in host.Orders.TakeLast(OrdersShown))
            orders.AddRow(
                $"{order.OrderId & 0xFFFFFF}",
                ColourOf(order.Status),
                order.TransactionHash.IsZero ? "" : order.TransactionHash.ToString()[..18] + "…",
                $"{order.Legs.Count}",
                order.GasUsed == 0 ? "" : $"{order.GasUsed}");
        return new Rows(new Panel(head).Header(Markup.Escape($"fastrebalance {host.Name}")).Expand(), orders.Expand());
    }

    private static string ColourOf(SubmitStatus status) => status switch
    {
        SubmitStatus.Included or SubmitStatus.Final => $"[green]{status}[/]",
        SubmitStatus.Submitted or SubmitStatus.Replaced => $"[yellow]{status}[/]",
        _ => $"[red]{status}[/]",
    };

    private static string Seconds(RebalanceHost host) => host.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(6) + "s";
}
