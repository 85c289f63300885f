using System.Runtime.InteropServices;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Stages;

/// <summary>
/// One pass on its way through the stages: each writes its part, and a stage that settles <see cref="DecisionOutcome.Verdict"/> ends
/// the work of those between it and publishing. The trades and legs of a pass that fired lie in the <see cref="RebalanceCycle"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = SizeInBytes)]
public struct Pass
{
    public const int SizeInBytes = 128;

    /// <summary>Sequence in the inbound ring of the last event that the pass has seen.</summary>
    public long Sequence;

    /// <summary>When that event was due, in monotonic nanoseconds; 0 when nobody said.</summary>
    public long DueNs;

    public DecisionOutcome Outcome;

    /// <summary>A block has ended since the pass before.</summary>
    public bool FollowsHead;

    /// <summary>The prices had not left the fence: nothing but the verdict is filled in.</summary>
    public bool IsFenced;

    /// <summary>A trigger fired and nothing has stopped the pass so far: it wants trades.</summary>
    public readonly bool IsUndecided => Outcome.Verdict == DecisionVerdict.Undecided;
}
