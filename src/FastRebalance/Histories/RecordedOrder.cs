using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Histories;

/// <summary>An order, what became of it, and what it cost. Amounts are base units; worths are numeraire at the prices of the decision.</summary>
/// <remarks>
/// <see cref="RealisedSlippageNumeraire"/> = <see cref="ExpectedSlippageNumeraire"/> + <see cref="MarketMoveNumeraire"/> + <see cref="MevLossNumeraire"/>
/// wherever the last two are known.
/// </remarks>
public sealed record RecordedOrder
{
    public required ulong OrderId { get; init; }

    /// <summary>Place of its decision in the order stream.</summary>
    public required long Decision { get; init; }

    /// <summary>Event time of the decision.</summary>
    public required long UnixNs { get; init; }

    public required ulong DecidedBlock { get; init; }

    public required PolicyTier Tier { get; init; }

    public required int Trigger { get; init; }

    /// <summary>Of the portfolio, at the decision.</summary>
    public required double ValueNumeraire { get; init; }

    public required double DriftBeforeBps { get; init; }

    /// <summary>
    /// Largest distance from target at the first pass that valued the portfolio with the order's block in it and nothing under way; null where the
    /// run ended before.
    /// </summary>
    public double? DriftAfterBps { get; init; }

    public required IReadOnlyList<RecordedLeg> Legs { get; init; }

    /// <summary>What is known last, leaving out that it is final; <see cref="SubmitStatus.None"/> where nothing was ever told.</summary>
    public SubmitStatus Status { get; init; }

    public bool IsFinal { get; init; }

    public ulong Nonce { get; init; }

    public Hash32 TransactionHash { get; init; }

    /// <summary>0 while in no block.</summary>
    public ulong IncludedBlock { get; init; }

    public ulong GasUsed { get; init; }

    public ulong EffectiveGasPriceWei { get; init; }

    /// <summary>Gas and a rollup's fee for bytes.</summary>
    public UInt256 GasWei { get; init; }

    /// <summary>The same at the native coin's price when it was told.</summary>
    public double GasNumeraire { get; init; }

    /// <summary>Of the legs that filled, for what was really spent: worth spent less worth that the pools of the decision would have paid.</summary>
    public double ExpectedSlippageNumeraire { get; init; }

    /// <summary>Worth spent less worth received: pool fees, impact, delay and what others took.</summary>
    public double RealisedSlippageNumeraire { get; init; }

    /// <summary>
    /// What the pools had moved against the order, by themselves, from the decision to the end of the block before its own; below zero is a gain.
    /// Null where the journal does not hold that block's end.
    /// </summary>
    public double? MarketMoveNumeraire { get; init; }

    /// <summary>
    /// What the order lost inside its own block: what the pools would have paid had it come first there, less what they paid. Null as
    /// <see cref="MarketMoveNumeraire"/>.
    /// </summary>
    public double? MevLossNumeraire { get; init; }

    /// <summary>Worth of what was spent.</summary>
    public double TurnoverNumeraire { get; init; }

    public bool IsFilled => Legs.Any(static leg => leg.Fill is not null);

    public double? DriftRemovedBps => DriftAfterBps is { } after ? DriftBeforeBps - after : null;

    /// <summary>Slippage and gas together.</summary>
    public double CostNumeraire => RealisedSlippageNumeraire + GasNumeraire;

    /// <summary>The cost as a fraction of the portfolio's value.</summary>
    public double CostBps => ValueNumeraire > 0 ? CostNumeraire / ValueNumeraire * Bps.PerUnit : 0;
}
