namespace FastRebalance.Ethereum.Rpc;

/// <summary>What <c>eth_sendRawTransactionSync</c> (EIP-7966) came back with.</summary>
/// <param name="Receipt">Of the mined transaction, as the node says: whose it is, the caller checks. Null with an error.</param>
/// <param name="Error">Why there is none yet. Null with a receipt.</param>
public readonly record struct SyncSendOutcome(Receipt? Receipt, RpcError? Error)
{
    /// <summary>The node took it and gave up waiting for the block; the error's data is the hash.</summary>
    public const int TimeoutCode = 4;

    /// <summary>The node did not take it.</summary>
    public const int NotTakenCode = 5;

    /// <summary>A nonce below is missing, and the node did not take it; the error's data is the nonce that it waits for.</summary>
    public const int NonceGapCode = 6;
}
