using FastRebalance.Configuration;
using FastRebalance.Hosting;
using FastRebalance.Reports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastRebalance.Embedding;

/// <summary>
/// Runs the desk as a part of the process: starts it with the process, drains it at the process's stop, and ends the process where trading has ended by
/// a fault, since a desk that does not trade and does not say so is the worst of all.
/// </summary>
internal sealed partial class DeskService(Desk desk, IOptions<DeskOptions> options, ILogger<Desk> log, IHostApplicationLifetime process) : BackgroundService
{
    private const int FaultExitCode = 1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(options.Value, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            desk.Cancelled();
        }
        catch (Exception refused)
        {
            NotStarted(log, options.Value.ConfigFile, refused is ConfigException wrong ? string.Join("; ", wrong.Problems) : refused.Message);
            desk.Failed($"the desk of {options.Value.ConfigFile} did not start: {refused.Message}");
            EndProcess();
        }
    }

    private async Task RunAsync(DeskOptions wanted, CancellationToken stop)
    {
        await using PreparedRun run = await PreparedRun.PrepareAsync(wanted.ConfigFile, stop).ConfigureAwait(false);
        RunOptions terms = new() { DryRun = wanted.DryRun, IsWatched = wanted.IsWatched, DrainTimeout = wanted.DrainTimeout, Log = log };
        await using RebalanceHost host = await RebalanceHost.StartAsync(run, terms, stop).ConfigureAwait(false);
        foreach (string warning in host.Warnings)
            Warned(log, host.Name, warning);
        desk.Started(host);
        RunReport report = await host.RunAsync(null, stop).ConfigureAwait(false);
        if (report.Fault is null)
            return;
        StoppedTrading(log, host.Name, report.Fault);
        EndProcess();
    }

    private void EndProcess()
    {
        Environment.ExitCode = FaultExitCode;
        process.StopApplication();
    }

    [LoggerMessage(101, LogLevel.Critical, "the desk of {ConfigFile} did not start: {Reason}")]
    private static partial void NotStarted(ILogger log, string configFile, string reason);

    [LoggerMessage(102, LogLevel.Warning, "{Desk}: {Warning}")]
    private static partial void Warned(ILogger log, string desk, string warning);

    [LoggerMessage(103, LogLevel.Critical, "{Desk} has stopped trading: {Fault}")]
    private static partial void StoppedTrading(ILogger log, string desk, string fault);
}
