using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>One address that concerns us.</summary>
/// <param name="Address">Who.</param>
/// <param name="Role">What it is to us.</param>
/// <param name="Index">What the role says: an asset's or a pool's index, a family of pairs.</param>
public readonly record struct Watched(Address Address, WatchedRole Role, int Index = 0);
