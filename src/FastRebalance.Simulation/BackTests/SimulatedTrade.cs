using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Simulation.BackTests;

/// <summary>An order and what became of it. Values and costs are in the numeraire, at the prices of its execution.</summary>
public sealed record SimulatedTrade
{
    public required ulong OrderId { get; init; }

    public required long DecidedUnixNs { get; init; }

    public required long ExecutedUnixNs { get; init; }

    /// <summary>Included, Reverted or Dropped.</summary>
    public required SubmitStatus Status { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Failure { get; init; }

    public required PolicyTier Tier { get; init; }

    /// <summary>Largest distance from target when it was decided, as a fraction.</summary>
    public required double MaxDrift { get; init; }

    public required IReadOnlyList<SimulatedLeg> Legs { get; init; }

    /// <summary>What was sold; zero where it failed.</summary>
    public double SoldNumeraire { get; init; }

    /// <summary>Proportional costs: fees and half-spreads.</summary>
    public double Fees { get; init; }

    public double Impact { get; init; }

    public double Gas { get; init; }

    /// <summary>What the move between decision and execution took; negative where it gave.</summary>
    public double AdverseMove { get; init; }
}

/// <param name="Sell">What went in.</param>
/// <param name="Buy">What came out.</param>
/// <param name="AmountIn">Base units.</param>
/// <param name="ExpectedOut">Base units, as quoted when it was decided.</param>
/// <param name="MinimumOut">It fails below.</param>
/// <param name="Received">Base units; what would have come out, where the order failed.</param>
public sealed record SimulatedLeg(AssetId Sell, AssetId Buy, UInt256 AmountIn, UInt256 ExpectedOut, UInt256 MinimumOut, UInt256 Received);
