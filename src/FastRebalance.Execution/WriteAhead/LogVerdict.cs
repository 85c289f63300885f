namespace FastRebalance.Execution.WriteAhead;

/// <summary>What the write-ahead log says to a record. Zero is no answer, and nothing but <see cref="Written"/> lets a byte leave.</summary>
public enum LogVerdict : byte
{
    None = 0,

    /// <summary>Arm, void, kill and the reserve: on stable storage. Everything else: appended, so that the end of this process cannot lose it.</summary>
    Written,

    /// <summary>An append or a sync has failed, now or before: nothing is written any more.</summary>
    Faulted,

    /// <summary>Another engine has taken the account since.</summary>
    Fenced,

    /// <summary>The kill switch is down: no fill leaves.</summary>
    Killed,

    /// <summary>
    /// The record contradicts what the log holds (an attempt that was never armed, a second decision at a nonce, a slot that is final):
    /// it was not written.
    /// </summary>
    Refused,
}
