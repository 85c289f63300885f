namespace FastRebalance.Devnet.Relay;

/// <summary>What a transaction did when it was tried.</summary>
internal readonly record struct RelayOutcome(bool Succeeded, ulong GasUsed, string ReturnData);
