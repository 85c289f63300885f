using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Sell so much of one asset for as much as can be had of another.</summary>
/// <param name="Sell">Index of the asset sold.</param>
/// <param name="Buy">Index of the asset bought.</param>
/// <param name="AmountIn">Base units sold.</param>
public sealed record PeerOrder(int Sell, int Buy, UInt256 AmountIn);
