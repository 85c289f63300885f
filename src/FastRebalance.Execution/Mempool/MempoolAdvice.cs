using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>What to do with an order, and what that should be worth. Immutable.</summary>
public sealed record MempoolAdvice
{
    public required MempoolAction Action { get; init; }

    public required AdviceReason Reason { get; init; }

    /// <summary>Base points of the order that the action is expected to save against sending at once; not a promise.</summary>
    public double SavedBps { get; init; }

    /// <summary>The same in the order's numeraire; 0 where the order names no size.</summary>
    public double SavedNumeraire { get; init; }

    /// <summary>Expected cost of the action in base points, over the scenarios.</summary>
    public double ExpectedCostBps { get; init; }

    /// <summary>Mean of the worst scenarios (<see cref="MempoolOptions.TailShare"/>), in base points.</summary>
    public double TailCostBps { get; init; }

    /// <summary>Share of the scenarios, by weight, in which the order's limit fails when it is sent at once.</summary>
    public double FailShare { get; init; }

    /// <summary>The transaction that the advice speaks of; zero for none.</summary>
    public Hash32 Behind { get; init; }

    /// <summary>The tip to go above, in wei per gas; zero for none.</summary>
    public UInt256 TipToBeatWei { get; init; }

    /// <summary>The pool that the advice speaks of.</summary>
    public PoolId Pool { get; init; }

    /// <summary>The drift of the weights after everything pending, as a fraction; not a number where not asked for.</summary>
    public double DriftAfter { get; init; } = double.NaN;

    /// <summary>Base fee of the next block, in wei.</summary>
    public UInt256 NextBaseFeeWei { get; init; }

    /// <summary>The head that the advice was given on.</summary>
    public ulong Block { get; init; }
}
