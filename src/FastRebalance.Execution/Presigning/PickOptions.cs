namespace FastRebalance.Execution.Presigning;

/// <summary>How far a rung may be from what was decided.</summary>
public sealed record PickOptions
{
    /// <summary>
    /// A rung may sell so much less than decided, in bps of the order's worth, and never more on any leg. Legs that neither sell nor buy one asset
    /// in common cannot be added up on the way: then no leg may lack more.
    /// </summary>
    public uint MaxUndersizeBps { get; init; } = 1_000;

    /// <summary>The same for an order of safety's: a part of a cure in this block is worth more than all of it in the next.</summary>
    public uint MaxSafetyUndersizeBps { get; init; } = 4_000;

    /// <summary>Blocks that must be left between the head and the rung's last one.</summary>
    public ulong SafetyBlocks { get; init; } = 1;

    /// <summary>Seconds that must be left between the head's time and the rung's last one.</summary>
    public long SafetySeconds { get; init; } = 1;

    /// <summary>Slots that may be fired and not yet consumed, the one to be fired included.</summary>
    public int MostInFlight { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxUndersizeBps, 9_999u);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSafetyUndersizeBps, 9_999u);
        ArgumentOutOfRangeException.ThrowIfNegative(SafetySeconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostInFlight, 1);
    }
}
