using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Hosting;

namespace FastRebalance.Reloading;

/// <summary>
/// A text that may become a run's next configuration: read and checked whole by the rules of a start, then held against what runs. Nothing is changed here.
/// </summary>
/// <param name="Config">As read; null where the text is no configuration.</param>
/// <param name="Policy">Built, with what it has in common with the running one; null likewise.</param>
/// <param name="Problems">Every mistake.</param>
/// <param name="Differences">From what runs; empty with mistakes.</param>
internal sealed record NextConfiguration(
    ConfigFile? Config, PortfolioPolicy? Policy, IReadOnlyList<ConfigProblem> Problems, IReadOnlyList<ConfigDifference> Differences)
{
    /// <summary>How it would go: one of <see cref="ReloadLine.Outcome"/>.</summary>
    public string Outcome => Problems.Count > 0 ? ReloadLine.Broken
        : Differences.Count == 0 ? ReloadLine.Unchanged
        : Differences.Any(static one => one.Refusal is not null) ? ReloadLine.Refused
        : ReloadLine.Taken;

    /// <param name="text">What the file holds.</param>
    /// <param name="path">The file.</param>
    /// <param name="running">What runs.</param>
    public static NextConfiguration Judge(string text, string path, PolicyBefore running)
    {
        List<ConfigProblem> problems = [];
        ConfigFile? config = ConfigReader.TryParseOf(text, path, problems);
        if (config is not null)
        {
            PolicyFactory.Build(config, problems); // as at a start: what is shared with the running one is asked for once nothing is wrong
            Composition.Feeds.Check(config, problems);
        }
        if (config is null || problems.Count > 0 || PolicyFactory.Build(config, problems, running) is not { } policy)
            return new NextConfiguration(null, null, problems, []);
        return new NextConfiguration(config, policy, [], ConfigDifferences.Between(running, config, policy));
    }
}
