using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV4;

/// <summary>What a swap through a pool of the manager must say beside the tokens.</summary>
/// <param name="FeePips">The key's fee in millionths, or the mark of a dynamic one.</param>
/// <param name="TickSpacing">Of the key.</param>
/// <param name="Hooks">Zero for none.</param>
/// <param name="IsNative">The pool holds the chain's own coin where the engine speaks of its wrapped token.</param>
/// <param name="Id">The pool's id in the manager.</param>
public readonly record struct UniswapV4Terms(uint FeePips, int TickSpacing, Address Hooks, bool IsNative, Hash32 Id)
{
    /// <exception cref="ArgumentException">The facts are not those of a V4 pool.</exception>
    public static UniswapV4Terms Of(PoolFacts facts)
    {
        if (!UniswapV4Key.TryRead(facts.Parameters, out UniswapV4Key? key, out string? failure))
            throw new ArgumentException($"{facts.Kind} {facts.Address}: {failure}", nameof(facts));
        return new UniswapV4Terms(key.Fee, key.TickSpacing, key.Hooks, key.Currency0.IsZero, key.Id);
    }
}
