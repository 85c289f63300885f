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
    private static readonly TimeSpan PictureInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>Somebody sits there.</summary>
    public static bool IsSeen(Output output) => !output.IsJson && !Console.IsOutputRedirected;

    public static async Task<RunReport> WatchAsync(
        Output output, IReadOnlyList<RebalanceHost> hosts, Func<Action<RebalanceHost>?, Task<RunReport>> run)
    {
        if (!IsSeen(output))
        {
            Dictionary<RebalanceHost, Action<RebalanceHost>> lines = hosts.ToDictionary(host => host, _ => LineByLine(output, hosts.Count > 1));
            return await run(host => lines[host](host)).ConfigureAwait(false);
        }
        RunReport? report = null;
        TimeSpan next = TimeSpan.Zero;
        await AnsiConsole.Live(Picture(hosts)).StartAsync(async live => report = await run(host =>
        {
            if (host != hosts[0] || host.Elapsed < next) // one hand at the picture
                return;
            next = host.Elapsed + PictureInterval;
            live.UpdateTarget(Picture(hosts));
        }).ConfigureAwait(false)).ConfigureAwait(false);
        return report!;
    }

    /// <summary>For logs: a line whenever an order's status changes or the configuration does, and the drift every five seconds.</summary>
    private static Action<RebalanceHost> LineByLine(Output output, bool named)
    {
        TimeSpan next = TimeSpan.Zero;
        Dictionary<ulong, SubmitStatus> told = [];
        int reloads = 0;
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
            foreach (Reloading.ReloadLine reload in host.Reloads.Skip(reloads))
            {
                output.Say($"{Seconds(host)} {desk}{reload.Text}");
                reloads++;
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

    private static IRenderable Picture(IReadOnlyList<RebalanceHost> hosts) => new Rows(hosts.Select(static host => DeskScreen.Picture(host.State())));

    private static string Seconds(RebalanceHost host) => host.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(6) + "s";
}
