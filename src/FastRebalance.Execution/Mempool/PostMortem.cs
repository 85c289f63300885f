using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>What the place in its block did to one swap of ours. Immutable.</summary>
public sealed record PostMortem
{
    public required Hash32 Transaction { get; init; }

    public required ulong Block { get; init; }

    public required PoolId Pool { get; init; }

    /// <summary>Units that went in.</summary>
    public required UInt256 AmountIn { get; init; }

    /// <summary>Units that came out.</summary>
    public required UInt256 AmountOut { get; init; }

    /// <summary>Units that the same input would have brought as the block's first transaction.</summary>
    public required UInt256 OutAtFirst { get; init; }

    /// <summary>What those before us cost, in base points of what we would have got; below zero where they helped.</summary>
    public required double CostBps { get; init; }

    /// <summary>Replaying the block up to ours gives what ours brought, to the unit.</summary>
    public required bool IsExact { get; init; }

    /// <summary>The same hand traded our side before us and the other side after us.</summary>
    public required bool IsSandwich { get; init; }

    /// <summary>Who it was: the account that signed, zero for none.</summary>
    public Address Searcher { get; init; }

    /// <summary>Its transaction before ours.</summary>
    public Hash32 Before { get; init; }

    /// <summary>Its transaction after ours.</summary>
    public Hash32 After { get; init; }
}
