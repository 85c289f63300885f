using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>A constant-product pair as every router is told of it.</summary>
/// <param name="Asset0">Index of its first asset.</param>
/// <param name="Asset1">Index of its second asset, above the first.</param>
/// <param name="Reserve0">Base units of the first asset.</param>
/// <param name="Reserve1">Base units of the second asset.</param>
public sealed record PeerPool(int Asset0, int Asset1, UInt256 Reserve0, UInt256 Reserve1);
