using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>One asset of the portfolio as the executor contract judges it after a basket.</summary>
/// <param name="Token">The token; a goal lists them in ascending order of addresses.</param>
/// <param name="PriceX96">Value of one base unit in a numeraire, times 2^96.</param>
/// <param name="TargetWad">Share of the portfolio's value; all together are 10^18.</param>
public readonly record struct ExecutorWeight(Address Token, UInt256 PriceX96, UInt256 TargetWad);

/// <summary>Where the portfolio should be; an empty one is no check.</summary>
/// <param name="toleranceWad">How far a weight may end past its target, or farther from it than before.</param>
/// <param name="weights">Every asset of the portfolio, or none.</param>
public readonly ref struct ExecutorGoal(UInt256 toleranceWad, ReadOnlySpan<ExecutorWeight> weights)
{
    public UInt256 ToleranceWad { get; } = toleranceWad;

    public ReadOnlySpan<ExecutorWeight> Weights { get; } = weights;
}
