using System.Text.Json.Serialization;
using FastRebalance.Reports;

namespace FastRebalance.Explaining;

/// <summary>What one pass sees, and what would come of it: what the command prints. Amounts are base units, as decimal text.</summary>
public sealed record Explanation
{
    public required string Portfolio { get; init; }

    /// <summary><c>chain</c>, or the journal that was read.</summary>
    public required string Source { get; init; }

    /// <summary>The run's configuration that holds there; a run begins with 0.</summary>
    public uint Generation { get; init; }

    public required ulong Block { get; init; }

    /// <summary>Event time of the state.</summary>
    public required DateTimeOffset Time { get; init; }

    public required string Numeraire { get; init; }

    public required double ValueNumeraire { get; init; }

    public required IReadOnlyList<AssetLine> Assets { get; init; }

    public required IReadOnlyList<TriggerLine> Triggers { get; init; }

    /// <summary>How the pass ends, such as <c>insideBand</c> or <c>refused</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>The same in words, with what it was for.</summary>
    public required string Reason { get; init; }

    /// <summary>What sizing asked for; empty where no trigger fired.</summary>
    public required IReadOnlyList<TradeLine> Trades { get; init; }

    /// <summary>Every check's own answer to these trades, whatever the others say.</summary>
    public required IReadOnlyList<CheckLine> Checks { get; init; }

    /// <summary><c>unrouted</c> where the pass ended before.</summary>
    public required string Route { get; init; }

    public required IReadOnlyList<LegLine> Legs { get; init; }

    public required IReadOnlyList<NextPriceLine> NextPrices { get; init; }

    /// <summary>Triggers that remember passes and so are not asked about other prices.</summary>
    public required IReadOnlyList<string> NotSearched { get; init; }

    /// <summary>Where the position with debt stands; null where there is none, or the market has not told.</summary>
    public PositionReport? Position { get; init; }

    /// <summary>What the run decided; null without a journal.</summary>
    public HistoryReport? History { get; init; }
}

/// <param name="Symbol">The asset.</param>
/// <param name="Tokens">Whole tokens, with what is under way.</param>
/// <param name="Price">Numeraire per whole token; 0 while unknown.</param>
/// <param name="IsGiven">The price was given with the question.</param>
/// <param name="PriceAgeSeconds">How old the price is; null for the numeraire, and while there is none.</param>
/// <param name="ReferencePrice">Of the second source; null while it has told none.</param>
/// <param name="ValueNumeraire">Tokens at the price.</param>
/// <param name="Weight">Fraction of the portfolio.</param>
/// <param name="Target">What the weight should be.</param>
/// <param name="DriftBps">Weight less target.</param>
public sealed record AssetLine(
    string Symbol, double Tokens, double Price, bool IsGiven, double? PriceAgeSeconds, double? ReferencePrice, double ValueNumeraire, double Weight,
    double Target, double DriftBps);

/// <param name="Tier"><c>safety</c> or <c>economic</c>.</param>
/// <param name="Place">In its tier's list, from 1.</param>
/// <param name="Kind">Its configured name.</param>
/// <param name="Fires">It fires now.</param>
/// <param name="Reading">How near it is, in words; empty where it does not tell.</param>
/// <param name="Nearness">1 where it fires, below before; null where it does not tell.</param>
public sealed record TriggerLine(string Tier, int Place, string Kind, bool Fires, string Reading, double? Nearness);

public sealed record TradeLine(string Sell, string Buy, string AmountIn, double ValueNumeraire);

/// <param name="Tier">Whose limits: <c>safety</c> or <c>economic</c>.</param>
/// <param name="Check">Its name.</param>
/// <param name="Answer"><c>approved</c>, or why not.</param>
/// <param name="Asset">The asset that it says no for; empty where it is no single one's fault.</param>
public sealed record CheckLine(string Tier, string Check, string Answer, string Asset);

public sealed record LegLine(string Sell, string Buy, string AmountIn, string ExpectedOut, string MinimumOut, IReadOnlyList<string> Pools);

/// <summary>Where a trigger fires next while all other prices stay.</summary>
/// <param name="Asset">The asset whose price moves.</param>
/// <param name="Price">Where it is now.</param>
/// <param name="Up">Nearest above; null where there is none.</param>
/// <param name="Down">Nearest below; null where there is none.</param>
public sealed record NextPriceLine(string Asset, double Price, NextPrice? Up, NextPrice? Down);

/// <param name="Price">Nearest price at which a trigger fires; the present one where one fires already.</param>
/// <param name="DistancePercent">From the present price; below zero downwards.</param>
/// <param name="Trigger">Tier, place and name.</param>
public sealed record NextPrice(double Price, double DistancePercent, string Trigger);

/// <summary>What a run decided, and why it did not trade where it did not.</summary>
/// <param name="Passes">Passes in the journal.</param>
/// <param name="Verdicts">Passes by how they ended.</param>
/// <param name="Refusals">Refused passes by reason.</param>
/// <param name="Decisions">The last in which a trigger fired; like ones in a row are one.</param>
/// <param name="Torn">The journal's end was torn off by a crash.</param>
/// <param name="Gap">The record that is missing, and behind which nothing was read; null where none is.</param>
public sealed record HistoryReport(
    long Passes, IReadOnlyDictionary<string, long> Verdicts, IReadOnlyDictionary<string, long> Refusals, IReadOnlyList<DecisionLine> Decisions, bool Torn,
    string? Gap)
{
    /// <summary>How many configurations the run went by, one after the other.</summary>
    public int Configurations { get; init; } = 1;

    /// <summary>The last of them is the one that was asked about. Where not, triggers remember what they would have under that one throughout.</summary>
    public bool IsByTheLast { get; init; } = true;
}

/// <param name="Time">Event time of the first.</param>
/// <param name="Until">Event time of the last.</param>
/// <param name="Passes">How many in a row.</param>
/// <param name="Trigger">Tier, place and name of what fired.</param>
/// <param name="DriftBps">Largest drift, of the first.</param>
/// <param name="Reason">How it ended, in words.</param>
public sealed record DecisionLine(DateTimeOffset Time, DateTimeOffset Until, long Passes, string Trigger, double DriftBps, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Explanation))]
public sealed partial class ExplanationJson : JsonSerializerContext;
