using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Presigning;

/// <summary>What was really decided, for the trigger thread to find a rung for.</summary>
public readonly ref struct DecidedOrder
{
    /// <summary>The order's name in reports.</summary>
    public required ulong OrderId { get; init; }

    public required PortfolioId Portfolio { get; init; }

    public required PolicyTier Tier { get; init; }

    /// <summary>In the order of execution.</summary>
    public required ReadOnlySpan<OrderLeg> Legs { get; init; }

    /// <summary>No rung that lives longer is taken.</summary>
    public required long DeadlineUnixSeconds { get; init; }
}
