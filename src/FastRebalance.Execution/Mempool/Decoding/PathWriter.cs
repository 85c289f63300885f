using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>The hops of one swap along several pools, in the order in which they trade, before it is known whether any is ours.</summary>
internal ref struct PathWriter
{
    public const int MaxHops = 8;

    private HopRoom _hops;
    private int _count;
    private bool _touches;

    public bool TryAdd(PoolId pool, AssetId sell, AssetId buy)
    {
        if (_count == MaxHops)
            return false;
        _hops[_count++] = new Hop(pool, sell, buy);
        _touches |= !pool.IsNone;
        return true;
    }

    /// <summary>
    /// Writes the path where it touches a pool of ours, and nothing otherwise. Hops stand in the order of trading from the first asset to the
    /// last; an exact output is worked out from its end.
    /// </summary>
    public readonly bool Write(ref EffectWriter writer, in UInt256 amount, in UInt256 limit, EffectFlags flags, in UInt256 priceLimit = default)
    {
        if (!_touches)
            return true;
        bool isOut = (flags & EffectFlags.ExactOut) != 0;
        for (int i = 0; i < _count; i++)
        {
            Hop hop = _hops[isOut ? _count - 1 - i : i];
            PendingEffect effect = new()
            {
                Kind = EffectKind.Swap,
                Role = WatchedRole.Pool,
                Pool = hop.Pool,
                Sell = hop.Sell,
                Buy = hop.Buy,
                Flags = i == 0 ? flags : (flags & ~EffectFlags.AmountUnknown) | EffectFlags.Chained,
                Amount = i == 0 ? amount : UInt256.Zero,
                PriceLimitX96 = priceLimit,
            };
            if (i == _count - 1)
                (effect.Flags, effect.Limit) = (effect.Flags | EffectFlags.EndsPath, limit);
            if (!writer.Add(in effect))
                return false;
        }
        return true;
    }

    private readonly record struct Hop(PoolId Pool, AssetId Sell, AssetId Buy);

    [System.Runtime.CompilerServices.InlineArray(MaxHops)]
    private struct HopRoom
    {
        private Hop _first;
    }
}
