namespace FastRebalance.Execution.Mempool;

/// <summary>What a pending transaction would do to something of ours. Zero is nothing.</summary>
public enum EffectKind : byte
{
    None = 0,

    /// <summary>A swap on one pool.</summary>
    Swap,

    /// <summary>Liquidity comes in.</summary>
    AddLiquidity,

    /// <summary>Liquidity goes out: what was quoted may no longer be there.</summary>
    RemoveLiquidity,

    /// <summary>A contract on our way stops, or starts again.</summary>
    Pause,

    /// <summary>The code behind a contract on our way changes, or who rules it.</summary>
    Upgrade,

    /// <summary>A fee on our way changes.</summary>
    FeeChange,

    /// <summary>A price source gets a new answer.</summary>
    OracleUpdate,

    /// <summary>Tokens move at an account or through an allowance, without a swap.</summary>
    Transfer,
}
