namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// When <c>eth_sendRawTransactionConditional</c> may include a transaction; a sequencer drops it afterwards. On Arbitrum block numbers
/// mean blocks of L1, so the time alone is named here: it means the same everywhere.
/// </summary>
/// <param name="LatestUnixSeconds">The last block time at which it may be included.</param>
public readonly record struct SendCondition(ulong LatestUnixSeconds);
