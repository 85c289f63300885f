using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastRebalance.Hosting;

/// <summary>How a live run is to go.</summary>
public sealed record RunOptions
{
    /// <summary>How long; null until stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Everything up to the signature, and nothing sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>Somebody watches: the market is followed once more, off the engine's thread, so that <see cref="RebalanceHost.State"/> is whole.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Told what happens, one structured event each: never from the engine's thread.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>
    /// How much longer than <see cref="Duration"/> a run may go on to end inside its band: it stops at the first pass that finds it there. A dry run, which never gets there, does not wait.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an order under way is followed after the stop.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
