using System.Text.Json.Serialization;

namespace FastRebalance.Store;

/// <summary>
/// A day of trading: what it was expected to cost, what it cost, and what it brought. An order belongs to the day (UTC, by the event clock) of its
/// decision. Worths are in the numeraire, at the prices of each order's decision.
/// </summary>
/// <remarks>
/// An order's realised slippage is its expected slippage, plus what the pools moved by themselves before its block, plus what it lost inside its block;
/// <see cref="LedgerText.Definitions"/> says each figure's meaning, and what a journal cannot tell.
/// </remarks>
public sealed record DailyLedger
{
    /// <summary>Such as <c>2026-01-31</c>, of UTC.</summary>
    public required string Day { get; init; }

    /// <summary>What worths are in; empty where no run has begun.</summary>
    public required string Numeraire { get; init; }

    /// <summary>Accounts with something in the store.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }

    /// <summary>The journals or the store that were read.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>First day with a decision in what was read; null where there is none.</summary>
    public required string? FirstDay { get; init; }

    public required string? LastDay { get; init; }

    /// <summary>Passes of the engine.</summary>
    public required long Passes { get; init; }

    public required long OrdersPlaced { get; init; }

    /// <summary>Orders of which at least one leg filled.</summary>
    public required long OrdersFilled { get; init; }

    /// <summary>Passes that a check, or the want of a route, refused, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }

    public required double TurnoverNumeraire { get; init; }

    public required double ExpectedSlippageNumeraire { get; init; }

    public required double RealisedSlippageNumeraire { get; init; }

    /// <summary>Realised less expected.</summary>
    public required double UnexpectedSlippageNumeraire { get; init; }

    /// <summary>Of the orders for which it is known.</summary>
    public required double MarketMoveNumeraire { get; init; }

    /// <summary>Of the orders for which it is known.</summary>
    public required double MevLossNumeraire { get; init; }

    /// <summary>Filled orders whose block's beginning the journal does not hold.</summary>
    public required long OrdersWithoutMevLoss { get; init; }

    /// <summary>Base units of the native coin, as decimal text.</summary>
    public required string GasWei { get; init; }

    public required double GasNumeraire { get; init; }

    /// <summary>Slippage and gas.</summary>
    public required double CostNumeraire { get; init; }

    /// <summary>Each order's cost over the portfolio's value, summed.</summary>
    public required double CostBps { get; init; }

    /// <summary>Largest drift before each order less the largest after it, summed over the orders for which both are known.</summary>
    public required double DriftRemovedBps { get; init; }

    /// <summary>Cost over drift removed; null where no drift was removed.</summary>
    public required double? CostBpsPerBpOfTrackingError { get; init; }

    public required IReadOnlyList<LedgerOrder> Orders { get; init; }

    /// <summary>What could not be read of a journal; empty where all was.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>One order of the day. Amounts are base units, as decimal text; what is not known is null.</summary>
public sealed record LedgerOrder
{
    public required string Order { get; init; }

    public required string Account { get; init; }

    /// <summary>Event time of the decision.</summary>
    public required DateTimeOffset Time { get; init; }

    public required string Tier { get; init; }

    /// <summary>Place in its tier's list, from 1.</summary>
    public required int Trigger { get; init; }

    public required string Status { get; init; }

    public required string? TransactionHash { get; init; }

    public required ulong? Block { get; init; }

    public required IReadOnlyList<LedgerLeg> Legs { get; init; }

    public required double ValueNumeraire { get; init; }

    public required double TurnoverNumeraire { get; init; }

    public required double ExpectedSlippageNumeraire { get; init; }

    public required double RealisedSlippageNumeraire { get; init; }

    public required double? MarketMoveNumeraire { get; init; }

    public required double? MevLossNumeraire { get; init; }

    public required ulong GasUsed { get; init; }

    public required string GasWei { get; init; }

    public required double GasNumeraire { get; init; }

    public required double CostNumeraire { get; init; }

    public required double CostBps { get; init; }

    public required double DriftBeforeBps { get; init; }

    public required double? DriftAfterBps { get; init; }

    public required double? DriftRemovedBps { get; init; }

    public required double? CostBpsPerBpOfTrackingError { get; init; }
}

/// <param name="Sell">Sold.</param>
/// <param name="Buy">Bought.</param>
/// <param name="AmountIn">As decided.</param>
/// <param name="ExpectedOut">For all of it, on the pools of the decision.</param>
/// <param name="Spent">Null while nothing filled.</param>
/// <param name="Received">Null while nothing filled.</param>
public sealed record LedgerLeg(string Sell, string Buy, string AmountIn, string ExpectedOut, string? Spent, string? Received);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DailyLedger))]
public sealed partial class LedgerJson : JsonSerializerContext;
