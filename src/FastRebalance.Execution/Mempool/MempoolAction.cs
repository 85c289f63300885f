namespace FastRebalance.Execution.Mempool;

/// <summary>What to do with an order, seen what is pending. Zero is no advice: it must not send anything.</summary>
public enum MempoolAction : byte
{
    None = 0,

    /// <summary>Nothing speaks against sending at once.</summary>
    FireNow,

    /// <summary>Look again at the next block.</summary>
    Wait,

    /// <summary>Right behind <see cref="MempoolAdvice.Behind"/>, in one bundle.</summary>
    FireBehind,

    /// <summary>A higher tip, so as to stand before what is against us.</summary>
    SpeedUp,

    /// <summary>The attempt under way is no longer wanted.</summary>
    Cancel,

    /// <summary>Something on the way is about to change: another route.</summary>
    Reroute,

    /// <summary>By private lanes from the next decision on; the bytes under way are public for good.</summary>
    GoPrivate,

    /// <summary>Not now: who trades on these pools knows more than they show, or gas is dear.</summary>
    Hold,

    /// <summary>An account of ours is used by somebody else: nothing more is sent.</summary>
    Halt,
}
