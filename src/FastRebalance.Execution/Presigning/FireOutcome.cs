using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>A shot as the trigger thread left it, for the account thread to follow.</summary>
public struct FireOutcome
{
    public FireVerdict Verdict;

    /// <summary>Hit or miss.</summary>
    public HitClass Class;

    /// <summary>The log's word; none where it was not asked.</summary>
    public LogVerdict Log;

    /// <summary>The order that was decided.</summary>
    public ulong OrderId;

    /// <summary>What the rung stands for on chain; none unless a slot was used.</summary>
    public DecisionId Decision;

    public ulong Nonce;

    /// <summary>The slot's ladder, which holds the signed bytes and the rungs that may replace them; null unless fired or not logged.</summary>
    public SlotLadder? Ladder;

    /// <summary>Its number on the ladder.</summary>
    public int Rung;

    public Hash32 Hash;

    /// <summary>The rung was armed while the trigger waited: it goes, and counts as no hit.</summary>
    public bool IsLate;

    public int FeeLevel;

    /// <summary>By how much less is sold than decided, of the leg that lacks most.</summary>
    public int SizeErrorBps;

    /// <summary>The same, mean over the legs.</summary>
    public int RegretBps;

    /// <summary>A bit for each channel whose socket took the whole frame. A channel without one may still have taken a part of it.</summary>
    public ulong ChannelsWritten;

    /// <summary>Monotonic time of the trigger, as it was told.</summary>
    public long TriggerNs;

    /// <summary>Monotonic time at which the first socket had taken the frame; 0 where none did.</summary>
    public long FirstByteNs;

    public readonly bool IsFired => Verdict == FireVerdict.Fired;

    /// <summary>The signed bytes, to be sent again as they are.</summary>
    public readonly ReadOnlyMemory<byte> Raw => Ladder is null ? default : Ladder.RawOf(Rung);
}
