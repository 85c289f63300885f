using FastRebalance.Bench.Scenarios.OnChain;
using FastRebalance.Bench.Scenarios.Simulated;

namespace FastRebalance.Bench.Scenarios;

/// <summary>
/// Plays crashes and troubles on desks with debt: some in a simulated world, named so, with the real engine over exact arithmetic; the others on a real
/// node with the published contracts and the whole program.
/// </summary>
public static class ScenarioRun
{
    /// <summary>Every scenario's name, in the order of play.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. SimulatedScenarios.All.Select(one => one.Name), .. ChainScenarios.All.Select(one => one.Name)];

    /// <exception cref="ArgumentException">An option cannot be.</exception>
    /// <exception cref="FileNotFoundException">The recorded minutes are not there.</exception>
    public static async Task<IReadOnlyList<ScenarioResult>> RunAsync(ScenarioOptions options, CancellationToken cancellation)
    {
        options.Validate();
        if (!Names.Any(options.Wants))
            throw new ArgumentException($"no scenario is called '{options.Only}'; there are: {string.Join(", ", Names)}");
        List<ScenarioResult> results = [];
        SimulatedScenarios.WarmUp();
        foreach ((string name, Func<ScenarioOptions, ScenarioResult> play) in SimulatedScenarios.All)
        {
            if (!options.Wants(name) || cancellation.IsCancellationRequested)
                continue;
            options.Progress?.Invoke($"{name}, simulated");
            results.Add(play(options));
        }
        results.AddRange(await ChainScenarios.RunAsync(options, cancellation).ConfigureAwait(false));
        return results;
    }
}
