namespace FastRebalance.Execution.Mempool;

/// <summary>Whether a pending transaction could be in the next block. Zero is no answer.</summary>
public enum Executability : byte
{
    Unknown = 0,
    Executable,

    /// <summary>Its fee cap lies below the next base fee.</summary>
    FeeBelowBase,

    /// <summary>It asks for more gas than a block has.</summary>
    TooMuchGas,

    /// <summary>The sender has used the nonce.</summary>
    NonceUsed,

    /// <summary>An earlier nonce of the sender is missing, or cannot be executed itself.</summary>
    NonceGap,

    /// <summary>Nothing is known of the sender's nonces.</summary>
    NonceUnknown,

    /// <summary>The sender's balance does not pay for it and those before it.</summary>
    TooExpensive,
}
