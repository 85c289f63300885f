namespace FastRebalance.Bench.Latency;

/// <summary>A run's times on the monotonic clock.</summary>
/// <param name="Options">The run.</param>
/// <param name="StartNs">When the first price is due.</param>
internal sealed record Clockwork(LatencyOptions Options, long StartNs)
{
    /// <summary>When the last price of the warm-up is due.</summary>
    public long WarmUntilNs { get; } = StartNs + Options.OffsetNs(Options.WarmUpSlots - 1);

    /// <summary>What is due earlier does not count.</summary>
    public long MeasuredFromNs { get; } = StartNs + Options.OffsetNs(Options.WarmUpSlots);

    /// <summary>When the last price is due.</summary>
    public long LastDueNs { get; } = StartNs + Options.OffsetNs(Options.Slots - 1);

    public long DueNs(long slot) => StartNs + Options.OffsetNs(slot);
}
