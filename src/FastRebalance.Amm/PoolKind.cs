using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>One AMM: how to ask the chain about such a pool, and how to make the pool. Stateless, shared by all threads.</summary>
public abstract class PoolKind
{
    /// <summary>The name in configurations, such as <c>uniswap-v3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What a configuration says beside address and fee; nothing for most.</summary>
    public virtual IReadOnlyList<PoolParameterName> Parameters => [];

    /// <summary>Starts asking what the pool at a site is.</summary>
    public abstract IPoolDescription BeginDescription(PoolSite site);

    /// <summary>Makes an empty pool; it becomes ready by the events of a snapshot.</summary>
    /// <param name="facts">As described; a fork's other fee goes in by <c>facts with { FeePips = … }</c>.</param>
    /// <param name="id">Names the pool in events.</param>
    /// <param name="assets">The asset of each of <see cref="PoolFacts.Tokens"/>, in that order.</param>
    /// <exception cref="ArgumentException">The facts cannot be those of such a pool.</exception>
    public abstract Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets);

    /// <summary>Makes an empty pool of two assets.</summary>
    /// <exception cref="ArgumentException">The facts cannot be those of such a pool.</exception>
    public Pool Create(PoolFacts facts, PoolId id, AssetId asset0, AssetId asset1) => Create(facts, id, [asset0, asset1]);

    public override string ToString() => Name;
}
