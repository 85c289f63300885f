using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Hosting;
using FastRebalance.Reports;

namespace FastRebalance.Cli;

/// <summary>A configuration's run and those of the desks that it names: each with its own account, journal and engine, in one process.</summary>
internal sealed class DeskRuns : IAsyncDisposable
{
    private readonly List<PreparedRun> _runs = [];
    private readonly List<RebalanceHost> _hosts = [];

    private DeskRuns()
    {
    }

    /// <summary>The configuration's own first.</summary>
    public IReadOnlyList<RebalanceHost> Hosts => _hosts;

    /// <summary>What each should be told before it trades; led by the desk's name where there are several.</summary>
    public IEnumerable<string> Warnings => _hosts.Zip(_runs).SelectMany(desk => WarningsOf(desk.First, desk.Second));

    /// <summary>Prepares every configuration before any engine starts, so that a mistake in one lets none trade.</summary>
    public static async Task<DeskRuns> StartAsync(string file, RunOptions options, CancellationToken cancellation)
    {
        DeskRuns desks = new();
        try
        {
            PreparedRun first = await PreparedRun.PrepareAsync(file, cancellation).ConfigureAwait(false);
            desks._runs.Add(first);
            foreach (string other in first.Config.Desks)
                desks._runs.Add(await PreparedRun.PrepareAsync(first.Config.Resolve(other), cancellation).ConfigureAwait(false));
            if (options.IsWatched)
                RequireOwnNames(desks._runs);
            foreach (PreparedRun run in desks._runs)
                desks._hosts.Add(await RebalanceHost.StartAsync(run, options, cancellation).ConfigureAwait(false));
            return desks;
        }
        catch
        {
            await desks.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Who watches and stops desks calls them by name: one name must not mean two.</summary>
    private static void RequireOwnNames(IReadOnlyList<PreparedRun> runs)
    {
        if (runs.GroupBy(static run => run.Config.Portfolio.Name).FirstOrDefault(static named => named.Count() > 1) is { } twice)
            throw new ConfigException([new ConfigProblem("desks", $"{twice.Count()} portfolios called \"{twice.Key}\"", "a name of its own for each, since operators act on desks by name")]);
    }

    /// <summary>Runs all to their ends; the first's report has the others' in it.</summary>
    /// <param name="progress">Called for each a few times a second.</param>
    /// <param name="cancellation">Ends the runs early; each still drains.</param>
    public async Task<RunReport> RunAsync(Action<RebalanceHost>? progress, CancellationToken cancellation)
    {
        RunReport[] reports = await Task.WhenAll(_hosts.Select(host => Task.Run(() => host.RunAsync(progress, cancellation)))).ConfigureAwait(false);
        return reports[0] with { Desks = reports[1..] };
    }

    /// <summary>Each desk's report for a person.</summary>
    public void Show(RunReport report)
    {
        RunReport[] reports = [report, .. report.Desks];
        for (int i = 0; i < reports.Length; i++)
            ReportScreen.Show(reports[i], _runs[i].Config);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RebalanceHost host in _hosts)
            await host.DisposeAsync().ConfigureAwait(false);
        foreach (PreparedRun run in _runs)
            await run.DisposeAsync().ConfigureAwait(false);
    }

    private IEnumerable<string> WarningsOf(RebalanceHost host, PreparedRun run)
    {
        string desk = _hosts.Count > 1 ? $"{host.Name}: " : "";
        foreach (string warning in host.Warnings)
            yield return $"{desk}warning: {warning}";
        if (run.Config.Chain.Note is { Length: > 0 } note)
            yield return desk + note;
    }
}
