using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>What never changes about a pool, as its contract tells it.</summary>
/// <param name="Kind">Name of the <see cref="PoolKind"/>.</param>
/// <param name="Address">The pool's contract, or the contract that keeps it.</param>
/// <param name="Token0">The first token: of two, the one with the lower address.</param>
/// <param name="Token1">The second token.</param>
/// <param name="FeePips">Fee on the input in millionths: 3000 is 0.3 %. A fee that the state carries is 0 here.</param>
/// <param name="TickSpacing">Distance of usable ticks; 0 for a pool without ticks.</param>
public sealed record PoolFacts(string Kind, Address Address, Address Token0, Address Token1, uint FeePips, int TickSpacing = 0)
{
    public const uint PipsPerUnit = 1_000_000;

    /// <summary>The tokens after the second, for a pool of several.</summary>
    public IReadOnlyList<Address> FurtherTokens { get; init; } = [];

    /// <summary>What else the kind must know to make and reach the pool, such as the vault that keeps it.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = PoolSite.NoParameters;

    /// <summary>Every token, in the pool's own order.</summary>
    public IEnumerable<Address> Tokens => FurtherTokens.Prepend(Token1).Prepend(Token0);

    public int TokenCount => 2 + FurtherTokens.Count;
}
