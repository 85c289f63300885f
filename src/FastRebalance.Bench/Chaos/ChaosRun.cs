using System.Diagnostics;

namespace FastRebalance.Bench.Chaos;

/// <summary>Kills the submitter over and over, on chains that misbehave, and holds what it promised against what the chain says.</summary>
public static class ChaosRun
{
    /// <exception cref="ArgumentException">A number cannot be.</exception>
    /// <exception cref="InvalidOperationException">A chain could not be started.</exception>
    public static async Task<ChaosResult> RunAsync(ChaosOptions options, CancellationToken cancellation = default)
    {
        options.Validate();
        ChaosResult result = new(options);
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.Desks).Select(desk => new ChaosDesks(options, desk, result).RunAsync(cancellation))).ConfigureAwait(false);
        result.Took = Stopwatch.GetElapsedTime(started);
        return result;
    }
}
