using FastRebalance.Execution.Presigning;

namespace FastRebalance.Bench.Submitting;

/// <summary>One run's figures.</summary>
/// <param name="Exact">Due time of the trigger to the first byte with the socket, the decided amounts.</param>
/// <param name="Bucket">The same, a size bucket.</param>
/// <param name="Miss">Due time to the answer that there is no rung.</param>
/// <param name="Call">From the call of the fire path to the first byte, of every shot.</param>
/// <param name="Append">The log's append.</param>
/// <param name="Gaps">The longest stall of the trigger's core before each trigger.</param>
/// <param name="Rearm">Arming 36 rungs in the place of others.</param>
/// <param name="FirstUsable">Until the first rung of a slot that had none could be fired.</param>
/// <param name="GroupSync">What the log took for each group of rungs, its sync included.</param>
/// <param name="FirstCallNs">Call to first byte of the run's first shot.</param>
/// <param name="Ladder">Hits and misses.</param>
/// <param name="AllocatedBytes">Allocated by the trigger thread while it was measured.</param>
/// <param name="Collections">Garbage collections of the process meanwhile.</param>
/// <param name="IsPinned">Both threads had a core of their own.</param>
/// <param name="Verified">Frames read back at the far end.</param>
/// <param name="LogTold">Shots that the log told of when it was read back from the disk.</param>
/// <param name="Wrong">What was found to be wrong.</param>
internal sealed record SubmitRunResult(
    LatencyQuantiles Exact,
    LatencyQuantiles Bucket,
    LatencyQuantiles Miss,
    LatencyQuantiles Call,
    LatencyQuantiles Append,
    LatencyQuantiles Gaps,
    LatencyQuantiles Rearm,
    LatencyQuantiles FirstUsable,
    LatencyQuantiles GroupSync,
    long FirstCallNs,
    LadderSnapshot Ladder,
    long AllocatedBytes,
    int Collections,
    bool IsPinned,
    int Verified,
    int LogTold,
    IReadOnlyList<string> Wrong);
