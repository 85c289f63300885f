namespace FastRebalance.BackTesting;

/// <summary>What is to be tested.</summary>
public sealed record BackTestOptions
{
    /// <summary>The configuration file.</summary>
    public required string Config { get; init; }

    /// <summary>Price files; together they make the tape.</summary>
    public required IReadOnlyList<string> Prices { get; init; }

    /// <summary>A file of gas prices.</summary>
    public string? Gas { get; init; }

    /// <summary>Instead of the configured latency.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Fields to vary; every combination is tested.</summary>
    public IReadOnlyList<SweepAxis> Sweep { get; init; } = [];

    public WalkForward? WalkForward { get; init; }

    /// <summary>Back-tests at the same time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;
}
