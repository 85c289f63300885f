namespace FastRebalance.Execution.WriteAhead;

/// <summary>The two streams of a log, each with one writer. The numbers are on the disk.</summary>
internal enum LogStreamKind : byte
{
    None = 0,

    /// <summary>Everything that the account's own thread says.</summary>
    Account = 1,

    /// <summary>What the trigger's thread lets go.</summary>
    Fires = 2,
}
