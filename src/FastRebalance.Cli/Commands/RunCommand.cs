using System.CommandLine;
using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Hosting;
using FastRebalance.Metrics;
using FastRebalance.Reports;
using FastRebalance.Watching;
using FastRebalance.Web;

namespace FastRebalance.Cli.Commands;

/// <summary><c>run</c>: trades live until the time is up or it is stopped.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan OtlpInterval = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<TimeSpan?> duration = Durations.Option("--for", "How long, such as 30s or 5m; until stopped unless given.");
        Option<bool> dryRun = new("--dry-run") { Description = "Decide and sign, but send nothing." };
        Option<bool> noReload = new("--no-reload") { Description = "Leave the configuration's file alone while the run goes on; it is read again only when an operator asks." };
        Option<string?> report = new("--report") { Description = "Also write the report to this file, as JSON." };
        Option<string?> html = new("--html") { Description = "Also write the report to this file, as a page; one HTML file, no network." };
        Option<string?> http = new("--http") { Description = "Serve the desk's page, state, health, metrics and actions here, such as 127.0.0.1:8080." };
        Option<string?> httpToken = new("--http-token") { Description = "The environment variable that holds the token which callers must show; needed beyond loopback." };
        Option<string?> otlp = new("--otlp") { Description = "Send metrics and the traces of orders to this collector, by OTLP over HTTP, such as http://127.0.0.1:4318." };
        Option<string?> log = new("--log") { Description = "Write what happens to standard error as a structured log: text or json." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("run", "Keep the portfolio at target. Ctrl-C drains: no new order, the one under way to its end.")
        {
            config, duration, dryRun, noReload, report, html, http, httpToken, otlp, log, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            RunOptions options = new() { Duration = parse.GetValue(duration), DryRun = parse.GetValue(dryRun), FollowsConfiguration = !parse.GetValue(noReload) };
            return output.GuardAsync(() =>
            {
                List<ConfigProblem> problems = [];
                Seen seen = new(
                    WebOf(parse.GetValue(http), parse.GetValue(httpToken), problems),
                    parse.GetValue(otlp) is { } collector ? OtlpExport.Parse(collector, problems) : null,
                    RunLog.Parse(parse.GetValue(log), problems));
                return problems.Count == 0
                    ? RunAsync(output, parse.GetValue(config)!, options, parse.GetValue(report), parse.GetValue(html), seen)
                    : throw new ConfigException(problems);
            });
        });
        return command;
    }

    private static WebOptions? WebOf(string? address, string? tokenVariable, List<ConfigProblem> problems)
    {
        if (address is null && tokenVariable is not null)
            problems.Add(new ConfigProblem("--http-token", "a token without --http", "--http ADDRESS beside it"));
        return address is null ? null : WebOptions.Parse(address, tokenVariable, problems);
    }

    private static async Task<int> RunAsync(Output output, string file, RunOptions options, string? reportFile, string? htmlFile, Seen seen)
    {
        if (htmlFile is not null)
            await File.AppendAllTextAsync(htmlFile, "").ConfigureAwait(false); // before it trades: a place that cannot be written to is told at once
        using Stopping stopping = new();
        if (seen.Web is not null)
            WebFace.RequireFree(seen.Web); // before anything trades
        using RunLog log = new(seen.Log);
        options = options with { IsWatched = seen.Web is not null || seen.Collector is not null || LiveScreen.IsSeen(output), Log = log.Logger };
        await using DeskRuns desks = await DeskRuns.StartAsync(file, options, stopping.Token).ConfigureAwait(false);
        using DeskMetrics metrics = new(new DeskStates(desks.Hosts, TimeProvider.System));
        using OtlpExport? otlp = seen.Collector is null ? null : new OtlpExport(seen.Collector, OtlpInterval);
        await using WebFace? face = seen.Web is null ? null : await WebFace.StartAsync(seen.Web, desks.Hosts, metrics, stopping.Token).ConfigureAwait(false);
        if (face is not null)
            output.Say($"watch it at {face.Address}");
        using KillSignals signals = new(desks.Hosts);
        using ReloadSignal reload = new(desks.Hosts);
        foreach (string warning in desks.Warnings)
            Output.Complain(warning);
        RunReport report = await LiveScreen.WatchAsync(output, desks.Hosts, progress => desks.RunAsync(progress, stopping.Token)).ConfigureAwait(false);

        if (reportFile is not null)
            await File.WriteAllTextAsync(reportFile, Output.Text(writer =>
                System.Text.Json.JsonSerializer.Serialize(writer, report, ReportJson.Default.RunReport)) + Environment.NewLine).ConfigureAwait(false);
        if (htmlFile is not null)
            await File.WriteAllTextAsync(htmlFile, RunHtml.Write(report)).ConfigureAwait(false);
        if (output.IsJson)
            output.Document(report, ReportJson.Default.RunReport);
        else
            desks.Show(report);
        foreach (RunReport one in (RunReport[])[report, .. report.Desks])
            if (one.Fault is { } fault)
                Output.Complain(report.Desks.Count == 0 ? fault : $"{one.Portfolio}: {fault}");
        return report.Succeeded ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>Who looks on, and by which way.</summary>
    private sealed record Seen(WebOptions? Web, Uri? Collector, LogKind Log);
}
