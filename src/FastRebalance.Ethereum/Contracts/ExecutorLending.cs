using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>One token of a leveraged basket, in its base units.</summary>
/// <param name="Token">The token; they are listed in ascending order of addresses.</param>
/// <param name="Take">What the lending account brings out for the legs: collateral first, then new debt.</param>
/// <param name="KeepBalance">What stays outside of the vault's own balance, at most what it has; what is above it afterwards repays, then is supplied.</param>
public readonly record struct ExecutorLendingEntry(Address Token, UInt256 Take, UInt256 KeepBalance);

/// <summary>How a basket goes out of and into the lending account.</summary>
/// <param name="healthFloorWad">Least health factor afterwards, unless it is better than before; not zero.</param>
/// <param name="healthCeilingWad">Most health factor afterwards where debt remains, unless it is lower than before; the greatest number for none, not zero.</param>
/// <param name="entries">Every token that a leg sells or buys.</param>
public readonly ref struct ExecutorLending(UInt256 healthFloorWad, UInt256 healthCeilingWad, ReadOnlySpan<ExecutorLendingEntry> entries)
{
    public UInt256 HealthFloorWad { get; } = healthFloorWad;

    public UInt256 HealthCeilingWad { get; } = healthCeilingWad;

    public ReadOnlySpan<ExecutorLendingEntry> Entries { get; } = entries;
}
