namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>What the machine can be told, by what the specification's table calls it.</summary>
internal enum MachineInput : byte
{
    Order,
    Arm,
    Invalidate,
    Fired,
    Void,
    SpeedUp,
    MayRelease,
    Released,
    Unsigned,
    Acknowledged,
    NotSent,
    Refused,
    Echo,
    HeadWithoutIt,
    HeadWithIt,
    HeadNonceConsumed,
    Gap,
    Foreign,
    Kill,
    Drain,
    Halt,
    Restart,
}
