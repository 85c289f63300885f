namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>What can befall an account from outside. Zero is nothing.</summary>
internal enum WorldEventKind : byte
{
    None = 0,

    /// <summary>The engine orders; A: which decision, B: until when.</summary>
    Order,

    /// <summary>Rungs are signed, made durable and handed to the hot table; A: how many, B: until when.</summary>
    Arm,

    /// <summary>Armed rungs are found wrong and withdrawn; A: of which nonce.</summary>
    Disarm,

    /// <summary>The trigger takes a rung of the lowest armed nonce; A: which, B: over how many channels. The loop hears of it later.</summary>
    Fire,

    /// <summary>A decision is not wanted any more; A: which slot.</summary>
    Void,

    /// <summary>Competitors offer more; A: which slot.</summary>
    SpeedUp,

    /// <summary>Something that was waited for comes: a signature, an answer, the word of a shot. A: which, B: what it says.</summary>
    Comes,

    /// <summary>A channel says again what it said; A: which slot, B: what.</summary>
    SaysAgain,

    /// <summary>The pool shows one of ours; A: which.</summary>
    Echo,

    /// <summary>Blocks come; A: how many, B: what is in them.</summary>
    Blocks,

    /// <summary>Blocks leave and others come; A: how deep, B: how many come and what is in them.</summary>
    Reorg,

    /// <summary>A look at the chain begins: what is asked about is settled now, the answer comes with <see cref="Look"/>.</summary>
    BeginLook,

    /// <summary>A look ends; A: how many blocks the node is behind, B: whether the fill would revert.</summary>
    Look,

    /// <summary>Heads or pending transactions were missed.</summary>
    Gap,

    /// <summary>Another program's transaction of this account is seen before it is mined.</summary>
    ForeignSeen,

    /// <summary>Another program's transaction of this account is mined.</summary>
    ForeignMined,

    /// <summary>The kill switch; A: how hard.</summary>
    Kill,

    /// <summary>No new decision, or new ones again.</summary>
    Drain,

    /// <summary>The balance changes; A: to what.</summary>
    Balance,

    /// <summary>The market's fees change; A: to what.</summary>
    Market,

    /// <summary>A pool forgets one of ours; A: which.</summary>
    Drop,

    /// <summary>The log takes nothing from now on.</summary>
    LogFails,

    /// <summary>The process ends at once and a new one reads the log; A: how the restart goes.</summary>
    Crash,

    /// <summary>The machine loses its power: words that no sync has covered are gone; A: how the restart goes, B: how many are gone.</summary>
    PowerLoss,
}

/// <param name="Kind">What befalls.</param>
/// <param name="A">Means what <see cref="WorldEventKind"/> says; taken modulo what there is.</param>
/// <param name="B">The same.</param>
internal readonly record struct WorldEvent(WorldEventKind Kind, int A = 0, int B = 0);
