using FastRebalance.Amm;
using FastRebalance.Amm.Positions;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;

namespace FastRebalance.MarketData.Feeds;

/// <summary>What the pool feed follows.</summary>
public sealed class PoolEventsSetup
{
    /// <summary>In the order of their ids.</summary>
    public required IReadOnlyList<FeedAsset> Assets { get; init; }

    public required AssetId Numeraire { get; init; }

    /// <summary>The feed's own copies, in the order of their ids: no other thread may touch them.</summary>
    public required IReadOnlyList<Pool> Pools { get; init; }

    /// <summary>Whose holdings are read.</summary>
    public required Address Account { get; init; }

    /// <summary>
    /// The registry (PoolAddressesProvider) of the lending market (Aave V3) in which the account lends and borrows; null where it does not. Every
    /// asset that is a reserve of it is followed.
    /// </summary>
    public Address? LendingMarket { get; init; }

    /// <summary>Pool positions of the desk, each told at the head of every block that changed it; the place in the list is its name in events.</summary>
    public IReadOnlyList<FollowedPosition> Liquidity { get; init; } = [];

    /// <summary>Assets whose prices another feed tells; all others are priced by the pools.</summary>
    public IReadOnlySet<AssetId> PricedElsewhere { get; init; } = new HashSet<AssetId>();

    /// <summary>Told until the node's fee history has told another.</summary>
    public ulong DefaultTipWei { get; init; } = 1_000_000_000;

    /// <summary>How the chain charges for bytes; null where it does not.</summary>
    public IDataFee? DataFee { get; init; }

    /// <summary>What that fee is told for: the usual rebalance's signed bytes.</summary>
    public ReadOnlyMemory<byte> UsualTransaction { get; init; }

    /// <summary>Gas that goes with it.</summary>
    public ulong UsualGas { get; init; }

    /// <summary>Missing heads up to which the blocks in between are fetched; above, all pools are read anew, which is cheaper.</summary>
    public int MaxGapBlocks { get; init; } = 32;

    /// <summary>Pause before reading everything anew after a failure.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <exception cref="ArgumentException">Something does not fit together; the message says what.</exception>
    internal void Validate()
    {
        for (int i = 0; i < Pools.Count; i++)
        {
            Pool pool = Pools[i];
            if (pool.Id.Index != i)
                throw new ArgumentException($"{pool} stands at place {i} but has {pool.Id}: pools are given in the order of their ids");
            foreach (AssetId asset in pool.Assets)
                if (asset.Index >= Assets.Count)
                    throw new ArgumentException($"{pool} holds {asset}, but there are {Assets.Count} assets");
        }
        // A contract that keeps many pools stands behind each of them; their parameters tell them apart.
        if (Pools.Select(NameOf).Distinct().Count() != Pools.Count)
            throw new ArgumentException("two pools have the same address and parameters: name each pool once");
        if (LendingMarket is { IsZero: true })
            throw new ArgumentException($"{nameof(LendingMarket)} is the zero address: name the market's PoolAddressesProvider, or none");
        if (DataFee is not null && UsualTransaction.IsEmpty)
            throw new ArgumentException($"{nameof(UsualTransaction)} is empty: the fee for bytes cannot be told without any");
        if (MaxGapBlocks < 0)
            throw new ArgumentException($"{nameof(MaxGapBlocks)} is {MaxGapBlocks}: it must not be negative");
        if (RetryPause <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(RetryPause)} is {RetryPause}: it must be longer than zero");
    }

    private static string NameOf(Pool pool) => string.Join(
        ' ', pool.Facts.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}").Prepend($"{pool.Address}"));
}
