namespace FastRebalance.Embedding;

/// <summary>What a process says of the desk that it hosts; everything else stands in the desk's configuration file.</summary>
public sealed class DeskOptions
{
    /// <summary>The configuration, as <c>fastrebalance run -c</c> reads it; what it names lies beside it.</summary>
    public string ConfigFile { get; set; } = "";

    /// <summary>Decide and sign, but send nothing.</summary>
    public bool DryRun { get; set; }

    /// <summary>Keep <see cref="Hosting.RebalanceHost.State"/> whole, for whoever shows it: the market is followed once more, off the engine's thread.</summary>
    public bool IsWatched { get; set; }

    /// <summary>How long an order under way is followed after the stop. The process's own shutdown timeout is raised to bear it.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
