using System.Text.Json.Serialization;
using FastRebalance.Reloading;
using FastRebalance.Reports;

namespace FastRebalance.Watching;

/// <summary>
/// Everything that a person at the desk wants to see of one portfolio at this moment: one JSON document. Never changes once made. What is not known
/// is null; amounts are whole tokens, for reading only.
/// </summary>
public sealed record DeskState
{
    /// <summary>What the desk calls its portfolio.</summary>
    public required string Portfolio { get; init; }

    /// <summary>When this was put together, milliseconds since 1970 UTC.</summary>
    public required long UnixMs { get; init; }

    public required double UptimeSeconds { get; init; }

    /// <summary>Everything up to the signature, and nothing sent.</summary>
    public required bool IsDryRun { get; init; }

    public required RunStateLine Run { get; init; }

    /// <summary>What prices and values are in.</summary>
    public required string Numeraire { get; init; }

    public required double? ValueNumeraire { get; init; }

    /// <summary>Largest distance of a weight from its target.</summary>
    public required double? MaxDriftBps { get; init; }

    public required string WorstAsset { get; init; }

    /// <summary>In the configuration's order.</summary>
    public required IReadOnlyList<AssetState> Assets { get; init; }

    /// <summary>Safety's first.</summary>
    public required IReadOnlyList<TriggerState> Triggers { get; init; }

    /// <summary>Transactions whose end is not known yet, by nonce; and those that ended in the last minutes, for the plots.</summary>
    public required IReadOnlyList<TransactionState> Transactions { get; init; }

    /// <summary>Each sender's line of nonces; the economic one first.</summary>
    public required IReadOnlyList<NonceLane> Lanes { get; init; }

    public required GasState Gas { get; init; }

    /// <summary>By stage, in nanoseconds.</summary>
    public required IReadOnlyDictionary<string, LatencyReport> Latency { get; init; }

    /// <summary>From the due time of an event to the decision, and to the first byte sent: the whole curve.</summary>
    public required IReadOnlyList<LatencyCurve> LatencyCurves { get; init; }

    public required FeedState Feed { get; init; }

    public required EngineState Engine { get; init; }

    /// <summary>Where the position with debt stands; null where there is none.</summary>
    public required PositionReport? Position { get; init; }

    /// <summary>What operators did in this run, oldest first.</summary>
    public required IReadOnlyList<OperatorLine> Operator { get; init; }

    /// <summary>The configuration that holds; the run began with 0.</summary>
    public uint Generation { get; init; }

    /// <summary>Every configuration that was taken up or refused while the run went on, oldest first.</summary>
    public IReadOnlyList<ReloadLine> Reloads { get; init; } = [];
}

/// <param name="State"><c>running</c>, <c>flattening</c>, <c>paused</c>, <c>draining</c>, <c>killed</c> or <c>faulted</c>.</param>
/// <param name="Reason">Why; empty while it runs.</param>
public sealed record RunStateLine(string State, string Reason);

/// <param name="Symbol">Its name.</param>
/// <param name="Holding">Whole tokens, what is owed taken away.</param>
/// <param name="PriceNumeraire">Of one whole token.</param>
/// <param name="PriceAgeSeconds">On the engine's clock, which is the chain's; null for the numeraire.</param>
/// <param name="Weight">Fraction of the portfolio.</param>
/// <param name="Target">Fraction of the portfolio.</param>
/// <param name="BandLow">Weight below which a trigger fires; null where none goes by this weight.</param>
/// <param name="BandHigh">And above which.</param>
public sealed record AssetState(
    string Symbol, double Holding, double? PriceNumeraire, double? PriceAgeSeconds, double? ValueNumeraire, double? Weight, double? Target,
    double? BandLow, double? BandHigh, double? DriftBps);

/// <param name="Tier"><c>safety</c> or <c>economic</c>.</param>
/// <param name="Place">In the tier's list, from 1.</param>
/// <param name="Kind">Its configured name.</param>
/// <param name="Fires">It would fire by what is held now.</param>
/// <param name="Reading">Where it stands and where it fires, in words; empty where it does not tell.</param>
/// <param name="Value">Where it stands, in <paramref name="Unit"/>.</param>
/// <param name="Limit">Where it fires.</param>
/// <param name="Unit"><c>fraction</c>, <c>annualFraction</c>, <c>seconds</c>, <c>numeraire</c>, <c>gwei</c> or <c>none</c>.</param>
/// <param name="Nearness">How much of the way is gone: 1 where it fires.</param>
/// <param name="FiresAt">Prices at which it fires, each with all other prices kept, the nearest first; none where none is found.</param>
/// <param name="IsSearched">False for a trigger that goes by what was before: no price is looked for.</param>
public sealed record TriggerState(
    string Tier, int Place, string Kind, bool Fires, string Reading, double? Value, double? Limit, string Unit, double? Nearness,
    IReadOnlyList<FiringPrice> FiresAt, bool IsSearched);

/// <param name="Asset">Whose price moves.</param>
/// <param name="PriceNumeraire">Where it fires.</param>
/// <param name="MovePercent">From the present price; below zero downwards.</param>
public sealed record FiringPrice(string Asset, double PriceNumeraire, double MovePercent);

/// <param name="Order">The order's id, hexadecimal.</param>
/// <param name="Account">The sender.</param>
/// <param name="State">The newest status: <c>decided</c> before one is told, then <c>submitted</c>, <c>replaced</c>, <c>included</c>, <c>final</c>, …</param>
/// <param name="IsOpen">Its end is not known yet.</param>
/// <param name="AgeSeconds">Since it was first seen here.</param>
/// <param name="MaxFeeGwei">The most that its newest copy offers for a unit of gas.</param>
/// <param name="PaidGasNative">What it cost, in the native coin; 0 while not mined.</param>
/// <param name="Life">Every status and when it was seen.</param>
/// <param name="Legs">What is sold for what.</param>
public sealed record TransactionState(
    string Order, string Account, ulong? Nonce, string State, bool IsOpen, string Hash, double AgeSeconds, int Attempts, double MaxFeeGwei,
    double MaxPriorityFeeGwei, ulong Block, ulong GasUsed, double PaidGasNative, IReadOnlyList<LifeStep> Life, IReadOnlyList<LegState> Legs,
    string Trigger, double DriftBps, string Note);

/// <param name="State">A status.</param>
/// <param name="UnixMs">When it was first seen, to some 50 ms.</param>
public sealed record LifeStep(string State, long UnixMs);

/// <param name="Sold">Whole tokens, as decided; as filled once mined.</param>
/// <param name="Bought">Whole tokens, as expected; as received once mined.</param>
public sealed record LegState(string Sell, string Buy, double Sold, double Bought);

/// <param name="Mode">What the account may do: <c>run</c>, <c>drain</c>, <c>suspect</c>, <c>halt</c> or <c>killed</c>.</param>
/// <param name="Kill">How far its kill switch is down: <c>off</c>, <c>soft</c>, <c>hard</c> or <c>cold</c>.</param>
/// <param name="NextNonce">The lowest of which nothing was released.</param>
/// <param name="Open">Nonces that are out.</param>
/// <param name="Channels">Where its transactions go.</param>
public sealed record NonceLane(
    string Account, string Tier, string Mode, string Kill, ulong NextNonce, IReadOnlyList<ulong> Open, long Fired, long Replacements, long Cancels,
    long Resends, long Waits, IReadOnlyList<ChannelState> Channels, string StopReason);

/// <param name="Waiting">Transactions that wait for its answer.</param>
/// <param name="Unknown">Sent without a usable answer.</param>
/// <param name="Full">Not handed over, since every place was taken.</param>
public sealed record ChannelState(string Name, long Sent, long Unknown, long Full, int Waiting, long P50Ns, long P99Ns);

/// <param name="BaseFeeGwei">Of the newest head.</param>
/// <param name="TipGwei">What the fee policy would pay on top.</param>
/// <param name="SpentTodayNumeraire">By the engine's clock, since midnight UTC.</param>
/// <param name="SpentNative">Of this run's mined transactions.</param>
/// <param name="GasUsed">Of this run's mined transactions.</param>
public sealed record GasState(double BaseFeeGwei, double TipGwei, double SpentTodayNumeraire, double SpentNative, ulong GasUsed);

/// <param name="Name">As in <see cref="DeskState.Latency"/>.</param>
/// <param name="Points">From the median to the worst.</param>
public sealed record LatencyCurve(string Name, long Count, IReadOnlyList<LatencyPoint> Points);

/// <param name="Percentile">0 to 100.</param>
public sealed record LatencyPoint(double Percentile, long Ns);

/// <param name="Connection"><c>connected</c> or <c>lost</c>.</param>
/// <param name="IsConsistent">The engine's state speaks of one block.</param>
/// <param name="HeadBlock">The newest.</param>
/// <param name="HeadAgeSeconds">Wall clock less the newest head's time.</param>
/// <param name="NewestPriceAgeSeconds">Wall clock less the newest price's event time.</param>
public sealed record FeedState(
    string Connection, bool IsConsistent, ulong HeadBlock, double? HeadAgeSeconds, double? NewestPriceAgeSeconds, FeedReport Counts);

/// <param name="Decisions">Passes.</param>
/// <param name="Verdicts">Passes by how they ended.</param>
/// <param name="Refusals">Refused passes by the check that refused.</param>
/// <param name="LastVerdict">Of the newest pass that was told whole.</param>
/// <param name="AllocatedBytesPerDecision">On the engine's thread, once it was warm.</param>
public sealed record EngineState(
    long Decisions, IReadOnlyDictionary<string, long> Verdicts, IReadOnlyDictionary<string, long> Refusals, string LastVerdict, long RefusedEvents,
    double AllocatedBytesPerDecision, string Search, string Topology, string Journal);

/// <param name="Action">A word of <see cref="OperatorActions.Words"/>.</param>
/// <param name="By">Where the word came from.</param>
/// <param name="Outcome">What came of it.</param>
public sealed record OperatorLine(long UnixMs, string Action, string By, string Outcome);

/// <summary>What a process tells of all its desks.</summary>
/// <param name="Product">Always <c>fastrebalance</c>.</param>
/// <param name="Process">Its id.</param>
/// <param name="Desks">The configuration's own first.</param>
public sealed record DesksState(string Product, int Process, IReadOnlyList<DeskState> Desks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DesksState))]
[JsonSerializable(typeof(IReadOnlyList<DeskHistory>))]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(ActionReply))]
public sealed partial class WatchJson : JsonSerializerContext;
