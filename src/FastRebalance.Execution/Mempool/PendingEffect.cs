using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// What a pending transaction would do to one pool or contract of ours, in the order in which it would do it. Unmanaged: it is written into the
/// caller's memory and copied freely. A path of several pools is several effects, of which one <see cref="EffectFlags.EndsPath"/>.
/// </summary>
public struct PendingEffect
{
    /// <summary>Base units that go in (or come out, by the flags); of liquidity by amounts, the first asset's.</summary>
    public UInt256 Amount;

    /// <summary>Of liquidity by amounts, the second asset's units; of a direct swap on a pair, nothing else.</summary>
    public UInt256 Amount1;

    /// <summary>Least units out, or most units in, over the whole path; 0 for none.</summary>
    public UInt256 Limit;

    /// <summary>A concentrated pool's price at which the swap stops; 0 for none.</summary>
    public UInt256 PriceLimitX96;

    /// <summary>Units of liquidity added (above zero) or removed.</summary>
    public Int128 Liquidity;

    /// <summary>The last second at which the call does anything; 0 for no such limit.</summary>
    public ulong DeadlineSeconds;

    /// <summary>Who signed the transaction.</summary>
    public Address Sender;

    public int TickLower;
    public int TickUpper;

    /// <summary>Names a position of a manager, where the call names no pool; 0 for none.</summary>
    public ulong Position;

    public EffectKind Kind;
    public WatchedRole Role;
    public EffectFlags Flags;

    /// <summary>None where the pool is not ours, or not told.</summary>
    public PoolId Pool;

    public AssetId Sell;
    public AssetId Buy;

    public readonly bool Has(EffectFlags flag) => (Flags & flag) != 0;

    /// <summary>The effect changes what we trade through in a way that no arithmetic of ours tells.</summary>
    public readonly bool EndsRoutes =>
        Kind is EffectKind.Pause or EffectKind.Upgrade or EffectKind.FeeChange or EffectKind.OracleUpdate or EffectKind.RemoveLiquidity;
}
