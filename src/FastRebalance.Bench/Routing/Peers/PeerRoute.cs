using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Swaps that answer an order.</summary>
/// <param name="Claimed">Base units that they bring, as their author says.</param>
/// <param name="Swaps">In their order.</param>
/// <param name="MedianUs">What finding them took.</param>
public sealed record PeerRoute(UInt256 Claimed, IReadOnlyList<PeerSwap> Swaps, double MedianUs);
