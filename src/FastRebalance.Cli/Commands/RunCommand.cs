using System.CommandLine;
using FastRebalance.Cli.Screens;
using FastRebalance.Hosting;
using FastRebalance.Reports;

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
        Option<string?> html = new("--html") { Description = "Also write the report to this file, as a page; one HTML file, no network." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("run", "Keep the portfolio at target. Ctrl-C drains: no new order, the one under way to its end.")
        {
            config, duration, dryRun, report, html, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            RunOptions options = new() { Duration = parse.GetValue(duration), DryRun = parse.GetValue(dryRun) };
            return output.GuardAsync(() => RunAsync(output, parse.GetValue(config)!, options, parse.GetValue(report), parse.GetValue(html)));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string file, RunOptions options, string? reportFile, string? htmlFile)
    {
        if (htmlFile is not null)
            await File.AppendAllTextAsync(htmlFile, "").ConfigureAwait(false); // before it trades: a place that cannot be written to is told at once
        using Stopping stopping = new();
        await using DeskRuns desks = await DeskRuns.StartAsync(file, options, stopping.Token).ConfigureAwait(false);
        using KillSignals signals = new(desks.Hosts);
        foreach (string warning in desks.Warnings)
            Output.Complain(warning);
        RunReport report = await LiveScreen.WatchAsync(output, desks.Hosts, options, progress => desks.RunAsync(progress, stopping.Token)).ConfigureAwait(false);

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
}
