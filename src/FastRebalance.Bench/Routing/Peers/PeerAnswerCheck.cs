using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Follows a peer's path through our pools: unless both come to the same amount, they were not asked the same.</summary>
public static class PeerAnswerCheck
{
    /// <summary>Longest path that either side may take.</summary>
    public const int MaxHops = 3;

    /// <returns>What is wrong with the answer; null where it is right to the unit.</returns>
    public static string? WhatIsWrong(IReadOnlyList<Pool> pools, PeerOrder order, PeerAnswer answer)
    {
        if (answer.Pools.Count is < 1 or > MaxHops)
            return $"a path of {answer.Pools.Count} pools, wanted are 1 to {MaxHops}";
        if (answer.Pools.Distinct().Count() != answer.Pools.Count)
            return "a pool twice, whose second quote would not hold";
        if (!(answer.MedianUs > 0) || !double.IsFinite(answer.MedianUs))
            return $"a time of {answer.MedianUs} us";
        AssetId asset = AssetId.FromIndex(order.Sell);
        UInt256 amount = order.AmountIn;
        foreach (int place in answer.Pools)
        {
            if (place < 0 || place >= pools.Count || !pools[place].Holds(asset))
                return $"pool {place}, which does not take asset {asset.Index}";
            QuoteStatus status = pools[place].QuoteExactIn(asset, in amount, out SwapQuote quote);
            if (status != QuoteStatus.Exact)
                return $"pool {place} answers {status}";
            (asset, amount) = (pools[place].Other(asset), quote.AmountOut);
        }
        if (asset.Index != order.Buy)
            return $"a path to asset {asset.Index}, wanted is {order.Buy}";
        return amount == answer.AmountOut ? null : $"its path brings {amount}, the peer says {answer.AmountOut}";
    }
}
