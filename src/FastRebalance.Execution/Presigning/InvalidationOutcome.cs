using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>What an event took away.</summary>
/// <param name="Rungs">Rungs that were withdrawn and retired.</param>
/// <param name="Slots">Slots that have to be armed anew, in whole or in part.</param>
/// <param name="Busy">Slots that had fired already and were left alone.</param>
/// <param name="Log">The log's word on the last retirement; none where there was none. Anything but written stops the account.</param>
public readonly record struct InvalidationOutcome(int Rungs, int Slots, int Busy, LogVerdict Log)
{
    /// <summary>The log took every retirement.</summary>
    public bool IsSound => Log is LogVerdict.None or LogVerdict.Written;
}
