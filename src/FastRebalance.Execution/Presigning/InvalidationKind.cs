namespace FastRebalance.Execution.Presigning;

/// <summary>What happened that makes signed rungs wrong. Zero is nothing.</summary>
public enum InvalidationKind : byte
{
    None = 0,

    /// <summary>The chain has used the nonce: all rungs of the slot; the next slot takes its place.</summary>
    SlotConsumed,

    /// <summary>A new head: rungs that end too soon.</summary>
    HeadMoved,

    /// <summary>Fee levels that would not reach the base fee some blocks on.</summary>
    BaseFeeRose,

    /// <summary>Weights, targets or the epoch of a portfolio: all rungs of what was foreseen for it.</summary>
    DecisionChanged,

    /// <summary>Limits outside what a decision would now bear.</summary>
    PriceMoved,

    /// <summary>A pool was paused, or its liquidity, fee, tick spacing or hook changed: the routes through it.</summary>
    PoolChanged,

    /// <summary>A token was flagged: the routes that touch it.</summary>
    AssetFlagged,

    /// <summary>Allowance or balance of what is sold: rungs of an exact amount, not those sized on chain.</summary>
    InventoryChanged,

    /// <summary>The executor's code, or a proxy's: all, since all call it. For a pool's code see <see cref="PoolChanged"/>.</summary>
    CodeChanged,

    /// <summary>Chain id, fork or gas schedule: all; gas is to be estimated anew.</summary>
    ChainRulesChanged,

    KeyRotated,

    /// <summary>The kill switch: all fills. Cancels stay.</summary>
    Killed,

    /// <summary>Rungs that may cost more than is allowed now.</summary>
    BudgetCut,

    /// <summary>A reorganisation brought a lower nonce back: higher slots wait, and stay good. Kills nothing.</summary>
    ReorgBelow,
}
