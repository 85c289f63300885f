using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>What an advice depends on beside order and pending transactions.</summary>
/// <param name="BaseFeeWei">Of the head.</param>
/// <param name="NextBlockSeconds">The time of the next block; 0 for unknown, which overlooks deadlines.</param>
/// <param name="FrontRunner">A transaction that was placed before our attempt after it was seen; zero for none.</param>
/// <param name="IsSuspect">The feed has a gap.</param>
public readonly record struct AdviceFacts(ulong BaseFeeWei, ulong NextBlockSeconds, Hash32 FrontRunner, bool IsSuspect);
