namespace FastRebalance.Ethereum.Transactions;

/// <summary>The place in a transaction a verdict speaks of.</summary>
public enum TransactionField : byte
{
    None = 0,
    Envelope,
    ChainId,
    Nonce,
    MaxPriorityFeePerGas,

    /// <summary>The fee cap of type 2, the gas price of the older kinds.</summary>
    MaxFeePerGas,

    GasLimit,
    To,
    Value,
    Data,
    AccessList,
    AccessListAddress,
    AccessListSlot,
    MaxFeePerBlobGas,
    BlobVersionedHashes,
    AuthorizationList,
    AuthorizationChainId,
    AuthorizationAddress,
    AuthorizationNonce,
    AuthorizationYParity,
    AuthorizationR,
    AuthorizationS,

    /// <summary>What travels round the body of type 3.</summary>
    Sidecar,

    /// <summary>v of a legacy transaction, the parity of y in the others.</summary>
    V,

    R,
    S,
}
