using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>What a call would touch, by the node's own trace of it.</summary>
/// <param name="Entries">Accounts and their slots.</param>
/// <param name="GasUsed">With these declared beforehand.</param>
/// <param name="Failure">Why the call fails; null where it does not.</param>
public sealed record TouchedState(AccessListEntry[] Entries, ulong GasUsed, string? Failure);
