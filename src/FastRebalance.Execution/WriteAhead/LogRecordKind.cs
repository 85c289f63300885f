namespace FastRebalance.Execution.WriteAhead;

/// <summary>What a record says. The numbers are on the disk.</summary>
internal enum LogRecordKind : byte
{
    None = 0,
    Epoch = 1,
    Arm = 2,
    Retire = 3,
    Release = 4,
    Acknowledged = 5,
    Echoed = 6,
    Included = 7,
    Unincluded = 8,
    Final = 9,
    Bind = 10,
    Void = 11,
    Kill = 12,
    Configured = 13,
    Snapshot = 14,
    Fire = 15,
    Unsent = 16,
    Burnt = 17,
}
