namespace FastRebalance.Bench.Scenarios.OnChain;

/// <summary>The scenarios on a real node.</summary>
internal static class ChainScenarios
{
    public static IReadOnlyList<(string Name, int None)> All { get; } = [];

    public static Task<IReadOnlyList<ScenarioResult>> RunAsync(ScenarioOptions options, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ScenarioResult>>([]);
}
