using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>What the vault's owner allows a hot key in advance, signed once (EIP-712).</summary>
/// <param name="Id">A name of the owner's choosing.</param>
/// <param name="Epoch">Void once the executor's epoch is higher.</param>
/// <param name="MaxBlock">The last block in which it may be filled.</param>
/// <param name="Limits">The directions allowed.</param>
public sealed record ExecutorIntent(UInt256 Id, ulong Epoch, ulong MaxBlock, IReadOnlyList<ExecutorLimit> Limits);

/// <summary>One direction that an intent allows.</summary>
/// <param name="TokenIn">What may be sold.</param>
/// <param name="TokenOut">What must be bought.</param>
/// <param name="MaxIn">Most units sold under the intent, all decisions together.</param>
/// <param name="KeepBalance">Units of <paramref name="TokenIn"/> that the vault holds after every fill.</param>
/// <param name="LimitPriceX96">Least units out per unit in, times 2^96.</param>
public sealed record ExecutorLimit(Address TokenIn, Address TokenOut, UInt256 MaxIn, UInt256 KeepBalance, UInt256 LimitPriceX96);
