using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Histories;

/// <summary>What an order's legs would have been paid at one moment: copies of its pools, and the legs played on them in turn.</summary>
internal sealed class LegsPlayed
{
    private readonly Dictionary<PoolId, Pool> _pools = [];

    /// <summary>Keeps the state that the legs' pools are in now.</summary>
    public LegsPlayed(ReadOnlySpan<Pool> pools, IEnumerable<OrderLeg> legs)
    {
        foreach (OrderLeg leg in legs)
            for (int hop = 0; hop < leg.HopCount; hop++)
                if (leg.Pool(hop).Index < pools.Length && !_pools.ContainsKey(leg.Pool(hop)))
                    _pools.Add(leg.Pool(hop), pools[leg.Pool(hop).Index].Copy());
    }

    /// <summary>Units that each leg would bring for these units in, one after the other; null where the pools would not have paid.</summary>
    public UInt256[]? Play(IReadOnlyList<OrderLeg> legs, IReadOnlyList<UInt256> spent)
    {
        Dictionary<PoolId, Pool> pools = _pools.ToDictionary(static pool => pool.Key, static pool => pool.Value.Copy());
        UInt256[] received = new UInt256[legs.Count];
        for (int i = 0; i < legs.Count; i++)
            if (!spent[i].IsZero && !TryPlay(pools, legs[i], spent[i], out received[i]))
                return null;
        return received;
    }

    private static bool TryPlay(Dictionary<PoolId, Pool> pools, OrderLeg leg, UInt256 amount, out UInt256 received)
    {
        received = amount;
        AssetId sells = leg.Sell;
        for (int hop = 0; hop < leg.HopCount; hop++)
        {
            AssetId buys = leg.BoughtAt(hop);
            if (!pools.TryGetValue(leg.Pool(hop), out Pool? pool) || pool.Swap(sells, buys, in received, out SwapQuote quote) != QuoteStatus.Exact)
                return false;
            received = quote.AmountOut;
            sells = buys;
        }
        return true;
    }
}
