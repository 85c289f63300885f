using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>Where a configuration says that a pool is.</summary>
/// <param name="Address">The pool's contract, or the contract that keeps it (a pool manager).</param>
/// <param name="Parameters">What else the pool's kind wants to know, by the names of <see cref="PoolKind.Parameters"/>.</param>
public sealed record PoolSite(Address Address, IReadOnlyDictionary<string, string> Parameters)
{
    public static readonly IReadOnlyDictionary<string, string> NoParameters = new Dictionary<string, string>();

    public PoolSite(Address address) : this(address, NoParameters)
    {
    }
}
