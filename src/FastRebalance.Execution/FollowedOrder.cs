using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Execution;

/// <summary>An order with all that became of it so far. Owned by the executor's loop; others see its outcome.</summary>
internal sealed class FollowedOrder(Order order)
{
    private readonly List<SubmitStatus> _history = [];

    public Order Order { get; } = order;

    /// <summary>How many legs the engine decided; those that were signed ahead for one pair may be others.</summary>
    public int DecidedLegs { get; init; } = order.Legs.Count;

    /// <summary>Null until it has a nonce.</summary>
    public Slot? Slot { get; set; }

    /// <summary>An earlier run's: this run's engine knows nothing of it and is told nothing.</summary>
    public bool IsRestored { get; init; }

    /// <summary>A step was offered because of what is pending.</summary>
    public bool WasSpedUp { get; set; }

    /// <summary>Until this head it goes to no public channel; then everywhere, for it shall be mined.</summary>
    public ulong PrivateUntil { get; set; }

    /// <summary>The signed transaction that it is to follow meanwhile; empty for none.</summary>
    public ReadOnlyMemory<byte> Behind { get; set; }

    /// <summary>Its bytes were signed before it was decided.</summary>
    public bool WasArmed { get; init; }

    /// <summary>What was held and wanted when it was decided, and the drift below which nothing is traded; null where not known.</summary>
    public PortfolioWeights? Weights { get; init; }

    public double Band { get; init; }

    /// <summary>Why it is not wanted any more, before it has a nonce; null while it is.</summary>
    public string? Unwanted { get; set; }

    public byte[] CallData { get; set; } = [];

    /// <summary>Until when its fills can do anything.</summary>
    public OrderDeadline Deadline { get; set; }

    public ulong GasLimit { get; set; }

    /// <summary>What its transactions declare to be touched.</summary>
    public ReadOnlyMemory<AccessListEntry> AccessList { get; set; }

    /// <summary>The receipt of the attempt that is mined.</summary>
    public Receipt? Receipt { get; set; }

    public LegMovement[] Movements { get; set; } = [];

    public long SignedNs { get; set; }

    public long SentNs { get; set; }

    public long IncludedNs { get; set; }

    public string Reason { get; set; } = "";

    public bool IsSettled => Slot is null ? _history.Count > 0 : Slot.IsSettled;

    public bool IsClosed => Slot is null ? _history.Count > 0 : Slot.IsClosed;

    public void Note(SubmitStatus status, string reason)
    {
        _history.Add(status);
        if (reason.Length > 0)
            Reason = reason;
        else if (status is SubmitStatus.Included)
            Reason = "";
    }

    public OrderOutcome Outcome() => new()
    {
        OrderId = Order.Id,
        Status = _history.Count == 0 ? SubmitStatus.None : _history[^1],
        History = [.. _history],
        TransactionHash = ShownHash(),
        Nonce = Slot?.Nonce,
        Attempts = Slot?.Attempts.Count(static attempt => !attempt.Hash.IsZero) ?? 0,
        MaxFeePerGasWei = NewestFees.MaxFeePerGasWei,
        MaxPriorityFeePerGasWei = NewestFees.TipWei,
        IncludedBlock = Receipt?.BlockNumber ?? 0,
        GasUsed = Receipt?.GasUsed ?? 0,
        EffectiveGasPriceWei = PriceOf(Receipt),
        DeadlineUnixSeconds = Order.DeadlineUnixSeconds,
        Legs = [.. LegOutcomes()],
        DueToSignedNs = SignedNs == 0 ? 0 : SignedNs - Order.DueNs,
        DueToSentNs = SentNs == 0 ? 0 : SentNs - Order.DueNs,
        SentToIncludedNs = IncludedNs == 0 ? 0 : IncludedNs - SentNs,
        Reason = Reason,
    };

    /// <summary>The price paid per gas; a price that no account could pay reads as the largest there is.</summary>
    public static ulong PriceOf(Receipt? receipt) =>
        receipt is null ? 0 : receipt.EffectiveGasPriceWei > ulong.MaxValue ? ulong.MaxValue : (ulong)receipt.EffectiveGasPriceWei;

    private FeeQuote NewestFees => Slot?.Attempts.LastOrDefault(static attempt => !attempt.Hash.IsZero)?.Fees ?? default;

    /// <summary>
    /// What moved, told by the decided legs: where other legs were signed they trade the same pair, and what is left over counts to the last.
    /// </summary>
    public LegMovement[] MovementsAsDecided()
    {
        if (Movements.Length == DecidedLegs || Movements.Length == 0)
            return Movements;
        LegMovement[] told = new LegMovement[DecidedLegs];
        for (int i = 0; i < Movements.Length; i++)
        {
            ref LegMovement leg = ref told[Math.Min(i, DecidedLegs - 1)];
            leg = new LegMovement(UInt256.WrappingAdd(leg.Spent, Movements[i].Spent), UInt256.WrappingAdd(leg.Received, Movements[i].Received));
        }
        return told;
    }

    private Hash32 ShownHash()
    {
        if (Receipt is not null)
            return Receipt.TransactionHash;
        if (Slot is not null)
            for (int i = Slot.Attempts.Count - 1; i >= 0; i--)
                if (!Slot.Attempts[i].Hash.IsZero && (Slot.Attempts[i].IsReleased || !Slot.IsOut))
                    return Slot.Attempts[i].Hash;
        return Hash32.Zero;
    }

    private IEnumerable<LegOutcome> LegOutcomes()
    {
        for (int i = 0; i < Order.Legs.Count; i++)
        {
            OrderLeg leg = Order.Legs[i];
            PoolId[] pools = new PoolId[leg.HopCount];
            for (int hop = 0; hop < pools.Length; hop++)
                pools[hop] = leg.Pool(hop);
            LegMovement moved = i < Movements.Length ? Movements[i] : default;
            yield return new LegOutcome(
                pools, leg.Sell, leg.Buy, leg.AmountIn, leg.ExpectedOut, leg.MinimumOut, moved.Spent, moved.Received);
        }
    }
}
