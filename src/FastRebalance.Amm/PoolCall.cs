using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>One <c>eth_call</c>: the contract asked, which need not be the pool's own (a vault, a manager), and the call data.</summary>
public readonly record struct PoolCall(Address To, byte[] Data);
