using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution;

/// <summary>What is known of one order by now: for reports and views. A snapshot; it never changes.</summary>
public sealed record OrderOutcome
{
    public required ulong OrderId { get; init; }

    /// <summary>The newest status reported.</summary>
    public required SubmitStatus Status { get; init; }

    /// <summary>Every status reported, oldest first.</summary>
    public required IReadOnlyList<SubmitStatus> History { get; init; }

    /// <summary>The transaction that was mined, or else the newest one sent; zero where nothing was signed.</summary>
    public required Hash32 TransactionHash { get; init; }

    /// <summary>Null where no nonce was taken.</summary>
    public required ulong? Nonce { get; init; }

    /// <summary>Transactions signed for this nonce, a cancel included.</summary>
    public required int Attempts { get; init; }

    /// <summary>The most that the newest transaction offers for a unit of gas; 0 where nothing was signed.</summary>
    public ulong MaxFeePerGasWei { get; init; }

    /// <summary>And of that, to the block's maker.</summary>
    public ulong MaxPriorityFeePerGasWei { get; init; }

    /// <summary>0 while not mined.</summary>
    public required ulong IncludedBlock { get; init; }

    public required ulong GasUsed { get; init; }

    public required ulong EffectiveGasPriceWei { get; init; }

    public required long DeadlineUnixSeconds { get; init; }

    public required IReadOnlyList<LegOutcome> Legs { get; init; }

    /// <summary>From the due time of the causing event to the signed bytes; 0 where never signed.</summary>
    public required long DueToSignedNs { get; init; }

    /// <summary>From the due time to the bytes handed to the first channel's socket; 0 where never sent.</summary>
    public required long DueToSentNs { get; init; }

    /// <summary>From the first send to the moment the receipt was seen; 0 while not mined.</summary>
    public required long SentToIncludedNs { get; init; }

    /// <summary>Why, in a sentence, where the status is not a plain success; empty otherwise.</summary>
    public required string Reason { get; init; }
}

/// <param name="Pools">The pools in the order of the hops.</param>
/// <param name="Sell">Goes in.</param>
/// <param name="Buy">Comes out.</param>
/// <param name="AmountIn">Units ordered to go in.</param>
/// <param name="ExpectedOut">Units that the decision counted on.</param>
/// <param name="MinimumOut">Units below which the leg reverts.</param>
/// <param name="Spent">Units that went in; 0 until mined.</param>
/// <param name="Received">Units that came out; 0 until mined.</param>
public sealed record LegOutcome(
    IReadOnlyList<PoolId> Pools,
    AssetId Sell,
    AssetId Buy,
    UInt256 AmountIn,
    UInt256 ExpectedOut,
    UInt256 MinimumOut,
    UInt256 Spent,
    UInt256 Received);
