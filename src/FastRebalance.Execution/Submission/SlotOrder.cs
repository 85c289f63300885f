namespace FastRebalance.Execution.Submission;

/// <summary>What a slot is to bring about, and until when.</summary>
/// <param name="Decision">Names it for good.</param>
/// <param name="OrderId">The engine's order; 0 while no order wanted it yet.</param>
/// <param name="GasLimit">Of its fills.</param>
/// <param name="MaxUnixSeconds">The last second at which a fill can do anything but revert; <see cref="long.MaxValue"/> for no bound.</param>
/// <param name="MaxBlock">The last such block; <see cref="ulong.MaxValue"/> for no bound.</param>
internal readonly record struct SlotOrder(DecisionId Decision, ulong OrderId, ulong GasLimit, long MaxUnixSeconds, ulong MaxBlock)
{
    /// <summary>The next block is past what a fill may still do.</summary>
    public bool IsExpired(ulong head, long headSeconds) => headSeconds >= MaxUnixSeconds || head >= MaxBlock;
}
