using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>One swap of an answer.</summary>
/// <param name="Pool">Place of the pool.</param>
/// <param name="Sell">Index of the asset that goes in.</param>
/// <param name="Buy">Index of the asset that comes out.</param>
/// <param name="AmountIn">Base units that go in; null for all that the swap before has brought.</param>
public sealed record PeerSwap(int Pool, int Sell, int Buy, UInt256? AmountIn);
