namespace FastRebalance.Execution;

/// <summary>Whether the executor takes orders.</summary>
public enum ExecutorState : byte
{
    /// <summary>Not started.</summary>
    Idle = 0,

    Running,

    /// <summary>No new order; those under way are followed to their end.</summary>
    Draining,

    /// <summary>Ended as asked.</summary>
    Stopped,

    /// <summary>An invariant broke or the account is used by another: no new order, and a reason to read.</summary>
    Faulted,
}
