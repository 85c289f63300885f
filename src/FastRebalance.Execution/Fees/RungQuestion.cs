using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Fees;

/// <summary>What the choice of a fee level depends on, besides the levels.</summary>
public readonly record struct RungQuestion
{
    /// <summary>Trades because it pays, or because it must.</summary>
    public required PolicyTier Tier { get; init; }

    /// <summary>What the trade is worth if it lands.</summary>
    public required UInt256 BenefitWei { get; init; }

    /// <summary>Gas that it may use at most.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Gas that it is expected to use; no more than the limit.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>
    /// A trade that does not come off is not mined and costs nothing: a private channel with revert protection. Without it gas is paid whatever
    /// becomes of the trade.
    /// </summary>
    public bool PaysOnlyWhenLanded { get; init; }
}
