using System.Diagnostics.CodeAnalysis;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>One AMM: how to ask an address whether it is such a pool, and how to make the pool. Stateless, shared by all threads.</summary>
public abstract class PoolKind
{
    /// <summary>The name in configurations, such as <c>uniswap-v3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Adds the calls (data for the pool's address) that <see cref="TryDescribe"/> reads.</summary>
    public abstract void AppendDescribeCalls(List<byte[]> calls);

    /// <summary>Reads the answers, one per appended call and in order.</summary>
    /// <returns>False with a sentence that names the answer at fault.</returns>
    public abstract bool TryDescribe(
        Address address, IReadOnlyList<byte[]> results, [NotNullWhen(true)] out PoolFacts? facts, [NotNullWhen(false)] out string? failure);

    /// <summary>Makes an empty pool; it becomes ready by the events of a snapshot.</summary>
    /// <param name="facts">As described; a fork's other fee goes in by <c>facts with { FeePips = … }</c>.</param>
    /// <param name="id">Names the pool in events.</param>
    /// <param name="asset0">The asset of <see cref="PoolFacts.Token0"/>.</param>
    /// <param name="asset1">The asset of <see cref="PoolFacts.Token1"/>.</param>
    /// <exception cref="ArgumentException">The facts cannot be those of such a pool.</exception>
    public abstract Pool Create(PoolFacts facts, PoolId id, AssetId asset0, AssetId asset1);

    public override string ToString() => Name;
}
