namespace FastRebalance.Execution.Mempool;

/// <summary>How an effect's amounts are to be read.</summary>
[Flags]
public enum EffectFlags : ushort
{
    None = 0,

    /// <summary><see cref="PendingEffect.Amount"/> comes out; otherwise it goes in.</summary>
    ExactOut = 1,

    /// <summary>The amount is what the effect before it brings (or, for an exact output, what that one takes).</summary>
    Chained = 2,

    /// <summary>The amount cannot be told from the call: what the pool does is not predictable to the unit.</summary>
    AmountUnknown = 4,

    /// <summary>Where it cannot be filled whole it is filled in part, and does not revert.</summary>
    Partial = 8,

    /// <summary>Its failure does not undo the rest of the transaction.</summary>
    MayFail = 16,

    /// <summary>The last effect of its path: <see cref="PendingEffect.Limit"/> holds here.</summary>
    EndsPath = 32,

    /// <summary>A call of our own executor.</summary>
    Executor = 64,

    /// <summary><see cref="PendingEffect.Limit"/> is units out per unit in, times 2^96.</summary>
    LimitIsPrice = 128,

    /// <summary>Liquidity given as amounts of both assets, not as units of liquidity.</summary>
    ByAmounts = 256,

    /// <summary>
    /// An exact output whose router works out the input and then swaps that forward, pair after pair: what comes out may be a unit more than asked.
    /// </summary>
    OutByInput = 512,
}
