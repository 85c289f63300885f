using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Placement;

/// <param name="Thread">The thread's name.</param>
/// <param name="Core">The one core the system holds it to; null where it may run on several.</param>
/// <param name="Priority">As the system holds it.</param>
public sealed record PlacementResult(string Thread, int? Core, SchedulingPriority Priority);
