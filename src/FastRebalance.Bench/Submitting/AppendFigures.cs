namespace FastRebalance.Bench.Submitting;

/// <summary>What the write-ahead log costs, in nanoseconds; the reading of the clock is in each of them.</summary>
/// <param name="Rounds">Fires, each timed alone.</param>
/// <param name="FireP50">Half of the fires took no longer.</param>
/// <param name="FireP99">Of a hundred, ninety-nine.</param>
/// <param name="FireMax">The longest.</param>
/// <param name="Groups">Groups armed, each with one sync.</param>
/// <param name="GroupSize">Attempts in a group.</param>
/// <param name="ArmP50">To arm a group, sync and all: half took no longer.</param>
/// <param name="ArmP99">Of a hundred groups, ninety-nine.</param>
/// <param name="ArmMax">The longest.</param>
/// <param name="FireBytes">Bytes that all the fires together have allocated.</param>
public sealed record AppendFigures(
    int Rounds, long FireP50, long FireP99, long FireMax, int Groups, int GroupSize, long ArmP50, long ArmP99, long ArmMax, long FireBytes);
