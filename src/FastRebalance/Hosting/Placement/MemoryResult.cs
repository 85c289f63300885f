using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Placement;

/// <param name="What">What memory: "process", or a ring's name.</param>
/// <param name="Status">What came of it.</param>
/// <param name="HugeBytes">Bytes of it that lie on huge pages; 0 where that was not asked.</param>
public sealed record MemoryResult(string What, MemoryStatus Status, long HugeBytes);
