namespace FastRebalance.Ethereum.Contracts;

/// <summary>What the executor contract lets a caller do; the numbers are the contract's.</summary>
public enum ExecutorTrust : byte
{
    None = 0,

    /// <summary>Fills intents of the vault's owner.</summary>
    Intents,

    /// <summary>Sets its own limits.</summary>
    Full,
}
