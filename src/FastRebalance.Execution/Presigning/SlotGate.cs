using System.Runtime.InteropServices;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// The word that two threads race for: the trigger's to fire, the account's to withdraw. One of them gets it. A gate serves one arming of one
/// nonce and is never armed again, so a thread that still holds an old table can do no harm.
/// </summary>
public sealed class SlotGate
{
    private Word _word;

    public SlotGateState State => (SlotGateState)Volatile.Read(ref _word.Value);

    /// <summary>Account thread: its first rungs are durable.</summary>
    internal bool TryArm() => Move(SlotGateState.Empty, SlotGateState.Armed);

    /// <summary>Trigger thread, or the account's when it takes the nonce for another way out. True for the one that may send.</summary>
    /// <param name="isRehearsal">Takes the word and changes nothing.</param>
    internal bool TryFire(bool isRehearsal = false) => Move(SlotGateState.Armed, isRehearsal ? SlotGateState.Armed : SlotGateState.Fired);

    /// <summary>Account thread. True where nothing was and nothing will be released: the rungs may be retired.</summary>
    internal bool TryWithdraw() =>
        Move(SlotGateState.Armed, SlotGateState.Withdrawn) || Move(SlotGateState.Empty, SlotGateState.Withdrawn) || State == SlotGateState.Withdrawn;

    /// <summary>The one that fired, before any record or byte of it: the slot counts as withdrawn.</summary>
    internal void GiveBack() => Volatile.Write(ref _word.Value, (int)SlotGateState.Withdrawn);

    private bool Move(SlotGateState from, SlotGateState to) => Interlocked.CompareExchange(ref _word.Value, (int)to, (int)from) == (int)from;

    // Alone on its cache lines: what lies beside it is written by others.
    [StructLayout(LayoutKind.Explicit, Size = 260)]
    private struct Word
    {
        [FieldOffset(128)] public int Value;
    }
}
