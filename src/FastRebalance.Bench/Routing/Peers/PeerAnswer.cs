using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>What a peer answers to one order.</summary>
/// <param name="Instance">Name of the instance.</param>
/// <param name="Order">Place of the order in it.</param>
/// <param name="AmountOut">Base units that its path brings, as the peer says.</param>
/// <param name="Pools">Places of the path's pools, in the order of the trade; none where the peer found no path.</param>
/// <param name="MedianUs">What finding it took the peer.</param>
public sealed record PeerAnswer(string Instance, int Order, UInt256 AmountOut, IReadOnlyList<int> Pools, double MedianUs);
