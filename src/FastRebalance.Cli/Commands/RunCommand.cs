using System.CommandLine;
using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Hosting;
using FastRebalance.Reports;
using FastRebalance.Web;

namespace FastRebalance.Cli.Commands;

/// <summary><c>run</c>: trades live until the time is up or it is stopped.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<TimeSpan?> duration = Durations.Option("--for", "How long, such as 30s or 5m; until stopped unless given.");
        Option<bool> dryRun = new("--dry-run") { Description = "Decide and sign, but send nothing." };
        Option<string?> report = new("--report") { Description = "Also write the report to this file, as JSON." };
        Option<string?> http = new("--http") { Description = "Serve the desk's page, state, health and actions here, such as 127.0.0.1:8080." };
        Option<string?> httpToken = new("--http-token") { Description = "The environment variable that holds the token which callers must show; needed beyond loopback." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("run", "Keep the portfolio at target. Ctrl-C drains: no new order, the one under way to its end.")
        {
            config, duration, dryRun, report, http, httpToken, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            RunOptions options = new() { Duration = parse.GetValue(duration), DryRun = parse.GetValue(dryRun) };
            // What was typed wrong is told like any mistake, so it is read inside.
            return output.GuardAsync(() => RunAsync(
                output, parse.GetValue(config)!, options, parse.GetValue(report), WebOf(parse.GetValue(http), parse.GetValue(httpToken))));
        });
        return command;
    }

    private static WebOptions? WebOf(string? address, string? tokenVariable)
    {
        List<ConfigProblem> problems = [];
        if (address is null && tokenVariable is not null)
            problems.Add(new ConfigProblem("--http-token", "a token without --http", "--http ADDRESS beside it"));
        WebOptions? web = address is null ? null : WebOptions.Parse(address, tokenVariable, problems);
        return problems.Count == 0 ? web : throw new ConfigException(problems);
    }

    private static async Task<int> RunAsync(Output output, string file, RunOptions options, string? reportFile, WebOptions? web)
    {
        using Stopping stopping = new();
        if (web is not null)
            WebFace.RequireFree(web); // before anything trades
        await using DeskRuns desks = await DeskRuns.StartAsync(file, options with { IsWatched = web is not null || LiveScreen.IsSeen(output) }, stopping.Token).ConfigureAwait(false);
        await using WebFace? face = web is null ? null : await WebFace.StartAsync(web, desks.Hosts, stopping.Token).ConfigureAwait(false);
        if (face is not null)
            output.Say($"watch it at {face.Address}");
        using KillSignals signals = new(desks.Hosts);
        foreach (string warning in desks.Warnings)
            Output.Complain(warning);
        RunReport report = await LiveScreen.WatchAsync(output, desks.Hosts, progress => desks.RunAsync(progress, stopping.Token)).ConfigureAwait(false);

        if (reportFile is not null)
            await File.WriteAllTextAsync(reportFile, Output.Text(writer =>
                System.Text.Json.JsonSerializer.Serialize(writer, report, ReportJson.Default.RunReport)) + Environment.NewLine).ConfigureAwait(false);
        if (output.IsJson)
            output.Document(report, ReportJson.Default.RunReport);
        else
            desks.Show(report);
        foreach (RunReport one in (RunReport[])[report, .. report.Desks])
            if (one.Fault is { } fault)
                Output.Complain(report.Desks.Count == 0 ? fault : $"{one.Portfolio}: {fault}");
        return report.Succeeded ? ExitCodes.Done : ExitCodes.Failed;
    }
}
