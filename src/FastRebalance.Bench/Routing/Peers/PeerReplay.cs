using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>
/// Makes an answer's swaps one after the other on copies of our exact pools, from the order's amount and nothing else: what it really
/// brings, whatever its author says.
/// </summary>
public static class PeerReplay
{
    /// <summary>Longest single path that either side may take.</summary>
    public const int MaxHops = 3;

    /// <summary>Most swaps of one answer.</summary>
    public const int MaxSwaps = 256;

    /// <param name="pools">The pools as they stand before; not changed.</param>
    /// <param name="order">The order.</param>
    /// <param name="route">The answer to it.</param>
    /// <param name="brought">Base units of the asset bought that there are in the end.</param>
    /// <returns>What is wrong with the answer; null where every swap can be made.</returns>
    public static string? Run(IReadOnlyList<Pool> pools, PeerOrder order, PeerRoute route, out UInt256 brought)
    {
        brought = UInt256.Zero;
        if (!(route.MedianUs > 0) || !double.IsFinite(route.MedianUs))
            return $"a time of {route.MedianUs} us";
        if (route.Swaps.Count is < 1 or > MaxSwaps)
            return $"{route.Swaps.Count} swaps, wanted are 1 to {MaxSwaps}";
        Dictionary<int, Pool> copies = [];
        Dictionary<int, UInt256> held = new() { [order.Sell] = order.AmountIn };
        (int last, UInt256 left) = (-1, UInt256.Zero); // what the swap before has brought
        foreach (PeerSwap swap in route.Swaps)
        {
            if (swap.Pool < 0 || swap.Pool >= pools.Count || swap.Sell < 0 || swap.Buy < 0)
                return $"{swap}: there is no such pool or asset";
            if (swap.AmountIn is null && swap.Sell != last)
                return $"{swap}: it goes on from a swap that has not brought this asset";
            UInt256 amount = swap.AmountIn ?? left;
            if (!UInt256.TrySubtract(held.GetValueOrDefault(swap.Sell), in amount, out UInt256 rest))
                return $"{swap}: it sells {amount} and there are {held.GetValueOrDefault(swap.Sell)}";
            if (!copies.TryGetValue(swap.Pool, out Pool? pool))
                copies[swap.Pool] = pool = pools[swap.Pool].Copy();
            QuoteStatus status = pool.Swap(AssetId.FromIndex(swap.Sell), AssetId.FromIndex(swap.Buy), in amount, out SwapQuote quote);
            if (status != QuoteStatus.Exact)
                return $"{swap}: the pool answers {status}";
            held[swap.Sell] = rest;
            held[swap.Buy] = held.GetValueOrDefault(swap.Buy) + quote.AmountOut;
            (last, left) = (swap.Buy, quote.AmountOut);
        }
        brought = held.GetValueOrDefault(order.Buy);
        return brought.IsZero ? $"nothing of asset {order.Buy} in the end" : null;
    }

    /// <summary><see cref="Run"/> of an answer that must be one path: no longer than ours, through no pool twice.</summary>
    public static string? RunPath(IReadOnlyList<Pool> pools, PeerOrder order, PeerRoute route, out UInt256 brought)
    {
        brought = UInt256.Zero;
        if (route.Swaps.Count > MaxHops)
            return $"a path of {route.Swaps.Count} pools, wanted are 1 to {MaxHops}";
        if (route.Swaps.Skip(1).Any(swap => swap.AmountIn is not null))
            return "a path that does not go on with all that it has";
        if (route.Swaps.DistinctBy(swap => swap.Pool).Count() != route.Swaps.Count)
            return "a pool twice in one path";
        return Run(pools, order, route, out brought);
    }
}
