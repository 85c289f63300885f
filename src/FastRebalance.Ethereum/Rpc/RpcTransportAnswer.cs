namespace FastRebalance.Ethereum.Rpc;

/// <summary>The node's answer: one of the two is set.</summary>
/// <param name="Result">The result as raw JSON, UTF-8; null where the node said no.</param>
/// <param name="Error">What it said then.</param>
public readonly record struct RpcTransportAnswer(byte[]? Result, RpcError? Error);
