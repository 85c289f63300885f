using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>A head as one endpoint showed it.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its own hash.</param>
/// <param name="ParentHash">The hash of the block below.</param>
/// <param name="SeenNs">Monotonic nanoseconds when it was seen.</param>
public sealed record HeadSight(ulong Number, Hash32 Hash, Hash32 ParentHash, long SeenNs);
