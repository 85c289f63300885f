using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>Where one of several signed transactions lies in the memory they were written to.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hash">Its name on the chain.</param>
public readonly record struct SignedBytes(int Start, int Length, Hash32 Hash);
