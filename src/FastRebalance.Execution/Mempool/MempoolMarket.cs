using FastRebalance.Amm;
using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// Who is who on the chain for a reader of other people's calls: addresses to roles, and what a router's arguments name to pools of ours.
/// Immutable after construction; a look-up allocates nothing.
/// </summary>
public sealed class MempoolMarket
{
    private readonly Dictionary<ulong, PoolId> _pairs = [];
    private readonly Dictionary<ulong, PoolId> _concentrated = [];
    private readonly Dictionary<Hash32, PoolId> _keyed = [];
    private readonly Pool[] _pools;

    /// <param name="tokens">Token contracts by asset index.</param>
    /// <param name="pools">Every pool followed, in the order of their ids.</param>
    /// <param name="contracts">Who trades on them.</param>
    /// <exception cref="ArgumentException">An address has two roles, or two pools answer to one name; the message says which.</exception>
    public MempoolMarket(IReadOnlyList<Address> tokens, IReadOnlyList<Pool> pools, MempoolContracts contracts)
    {
        _pools = [.. pools];
        List<Watched> watched = [];
        for (int i = 0; i < tokens.Count; i++)
            watched.Add(new Watched(tokens[i], WatchedRole.Token, i));
        for (int i = 0; i < _pools.Length; i++)
        {
            if (_pools[i].Id.Index != i)
                throw new ArgumentException($"pools stand in the order of their ids: {_pools[i].Id} is at {i}");
            AddPool(_pools[i], watched);
        }
        PairFamily[] families = [.. contracts.V2Routers, .. contracts.V3Routers, .. contracts.UniversalRouters];
        for (int family = 0; family < families.Length; family++)
            AddFamily(family, families[family]);
        int at = 0;
        watched.AddRange(contracts.V2Routers.Select(router => new Watched(router.Router, WatchedRole.V2Router, at++)));
        watched.AddRange(contracts.V3Routers.Select(router => new Watched(router.Router, WatchedRole.V3Router, at++)));
        watched.AddRange(contracts.UniversalRouters.Select(router => new Watched(router.Router, WatchedRole.UniversalRouter, at++)));
        Add(watched, contracts.V3Positions, WatchedRole.V3Positions);
        Add(watched, contracts.V4Positions, WatchedRole.V4Positions);
        Add(watched, contracts.Executors, WatchedRole.Executor);
        Add(watched, contracts.Oracles, WatchedRole.Oracle);
        Add(watched, contracts.Admins, WatchedRole.Admin);
        Add(watched, contracts.Own, WatchedRole.Own);
        if (!contracts.Permit2.IsZero)
            watched.Add(new Watched(contracts.Permit2, WatchedRole.Permit2));
        Watched = new WatchTable(watched);
        WrappedNative = AssetOf(contracts.WrappedNative);
    }

    public WatchTable Watched { get; }

    /// <summary>The asset that stands for the chain's own coin.</summary>
    public AssetId WrappedNative { get; }

    public IReadOnlyList<Pool> Pools => _pools;

    /// <summary>The pool of an id; null for none.</summary>
    public Pool? PoolOf(PoolId id) => (uint)id.Index < (uint)_pools.Length ? _pools[id.Index] : null;

    /// <summary>The asset of a token; none for a stranger's.</summary>
    public AssetId AssetOf(in Address token) =>
        Watched.TryFind(in token, out WatchedRole role, out int index) && role == WatchedRole.Token ? AssetId.FromIndex(index) : AssetId.None;

    /// <summary>The asset of a V4 currency, where zero is the chain's own coin.</summary>
    public AssetId AssetOfCurrency(in Address currency) => currency.IsZero ? WrappedNative : AssetOf(in currency);

    /// <summary>The V2 pair that a router of this family trades the two assets on.</summary>
    public PoolId PairOf(int family, AssetId a, AssetId b) => _pairs.GetValueOrDefault(Name(family, a, b));

    /// <summary>The V3 pool of two assets and a fee.</summary>
    public PoolId ConcentratedOf(AssetId a, AssetId b, uint feePips) => _concentrated.GetValueOrDefault(Name((int)feePips, a, b));

    /// <summary>The V4 pool, or the pool of Balancer's vault, of this id.</summary>
    public PoolId KeyedOf(in Hash32 id) => _keyed.GetValueOrDefault(id);

    private void AddPool(Pool pool, List<Watched> watched)
    {
        switch (pool)
        {
            case UniswapV4Pool v4:
                watched.Add(new Watched(v4.Address, WatchedRole.V4Manager));
                AddOnce(_keyed, v4.KeyHash, pool, "its key");
                return;
            case BalancerPool balancer:
                watched.Add(new Watched(balancer.Vault, WatchedRole.BalancerVault));
                AddOnce(_keyed, balancer.VaultId, pool, "its id in the vault");
                break;
            case UniswapV3Pool:
                AddOnce(_concentrated, Name((int)pool.FeePips, pool.Asset0, pool.Asset1), pool, "its tokens and fee");
                break;
        }

        // A share token of a pool may be an asset itself: as such it is watched already.
        if (!watched.Any(entry => entry.Address == pool.Address))
            watched.Add(new Watched(pool.Address, WatchedRole.Pool, pool.Id.Index));
    }

    private void AddFamily(int family, PairFamily pairs)
    {
        foreach (Pool pool in _pools)
            if (pool is UniswapV2Pool && (pairs.Pairs is null || pairs.Pairs.Contains(pool.Address)))
                AddOnce(_pairs, Name(family, pool.Asset0, pool.Asset1), pool, $"its tokens at {pairs.Router}; list the router's pairs");
    }

    private static void AddOnce<TKey>(Dictionary<TKey, PoolId> names, TKey name, Pool pool, string what)
        where TKey : notnull
    {
        if (!names.TryAdd(name, pool.Id))
            throw new ArgumentException($"pool {pool.Address} is not the only one by {what}");
    }

    private static void Add(List<Watched> watched, IReadOnlyList<Address> addresses, WatchedRole role)
    {
        foreach (Address address in addresses)
            watched.Add(new Watched(address, role));
    }

    // Sixteen bits for each asset and the rest for what tells pools of the same two apart: a fee has 24.
    private static ulong Name(int tag, AssetId a, AssetId b) =>
        (ulong)(uint)tag << 32 | (uint)Math.Min(a.Value, b.Value) << 16 | Math.Max(a.Value, b.Value);
}
