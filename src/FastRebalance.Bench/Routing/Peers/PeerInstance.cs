using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Pools and orders among them, each to be answered on the pools as they stand here.</summary>
/// <param name="Name">By which answers refer to it.</param>
/// <param name="Market">Which pools there are; a peer answers every instance of one market.</param>
/// <param name="Prices">By asset: what a base unit is worth, about which the pools agree to within their fee.</param>
/// <param name="Pools">Answers name them by their place.</param>
/// <param name="Orders">Each by itself.</param>
public sealed record PeerInstance(
    string Name, string Market, IReadOnlyList<double> Prices, IReadOnlyList<PeerPool> Pools, IReadOnlyList<PeerOrder> Orders)
{
    /// <summary>The pools as ours, ready to be quoted; a pool's id is its place.</summary>
    /// <exception cref="InvalidDataException">A pool cannot be.</exception>
    public IReadOnlyList<Pool> MakePools() => [.. Pools.Select((pool, place) => pool.MakePool(PoolId.FromIndex(place), Prices.Count))];
}
