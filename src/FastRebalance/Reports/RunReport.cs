using System.Text.Json.Serialization;

namespace FastRebalance.Reports;

/// <summary>What a run did, as the command prints and stores it. Amounts are base units, as decimal text.</summary>
public sealed record RunReport
{
    /// <summary>Passes of the engine.</summary>
    public required long Decisions { get; init; }

    /// <summary>From the start of the process to the first pass over whole prices and holdings, milliseconds; null where none came.</summary>
    public double? StartToDecisionMs { get; init; }

    /// <summary>Passes by how they ended.</summary>
    public required IReadOnlyDictionary<string, long> Verdicts { get; init; }

    /// <summary>Refused passes by the risk check that refused.</summary>
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }

    /// <summary>Orders that left as a transaction.</summary>
    public required IReadOnlyList<TransactionReport> Transactions { get; init; }

    /// <summary>Orders of which nothing ever left, and why.</summary>
    public required IReadOnlyList<UnsentReport> Unsent { get; init; }

    public required DriftReport Drift { get; init; }

    /// <summary>By stage.</summary>
    public required IReadOnlyDictionary<string, LatencyReport> Latency { get; init; }

    /// <summary>Bytes that the engine thread allocated per decision once it was warm.</summary>
    public required double AllocatedBytesPerDecision { get; init; }

    public required double ValueNumeraire { get; init; }

    public required string Numeraire { get; init; }

    /// <summary>How the engine's stages were laid over threads.</summary>
    public required string Topology { get; init; }

    /// <summary>Threads that the configuration placed, as the system held them.</summary>
    public required IReadOnlyList<ThreadReport> Threads { get; init; }

    /// <summary>Memory that the configuration placed, and what was had.</summary>
    public required IReadOnlyList<MemoryReport> Memory { get; init; }

    /// <summary>Which path search was at work, and why.</summary>
    public required string Search { get; init; }

    public required string Journal { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Events that the engine refused, such as an unusable price.</summary>
    public required long RefusedEvents { get; init; }

    public required ChainReport Chain { get; init; }

    public required FeedReport Feed { get; init; }

    /// <summary>How orders left, for each account that sends; the economic one first.</summary>
    public required IReadOnlyList<SubmissionReport> Submission { get; init; }

    /// <summary>What the desk calls its portfolio.</summary>
    public required string Portfolio { get; init; }

    /// <summary>Where the position with debt stood at the end; null where there is none.</summary>
    public PositionReport? Position { get; init; }

    /// <summary>Reports of the desks that ran along with it, as the configuration names them.</summary>
    public IReadOnlyList<RunReport> Desks { get; init; } = [];

    /// <summary>At the end no trigger fired, and the feed followed the chain.</summary>
    public required bool InsideBand { get; init; }

    /// <summary>At the end a transaction was out whose outcome was not known yet.</summary>
    public required bool InFlight { get; init; }

    /// <summary>Why the run ended before its time; null where it did not.</summary>
    public required string? Fault { get; init; }

    /// <summary>Nothing was to be sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>The portfolio is where it should be, or provably on its way there; of a dry run, that it came to decide.</summary>
    [JsonIgnore]
    public bool Succeeded => Fault is null && (DryRun ? Decisions > 0 : InsideBand || InFlight) && Desks.All(static desk => desk.Succeeded);
}

/// <param name="Id">The chain.</param>
/// <param name="Profile">Whose manners were taken for the chain's.</param>
/// <param name="Note">What is to be known of that; empty where nothing.</param>
/// <param name="Endpoints">Every endpoint and how it did, a line each.</param>
/// <param name="Channels">Every submit channel and how it did, a line each.</param>
/// <param name="AcksWithoutEcho">Times that a pool showed nothing of a transaction that was said to be taken.</param>
public sealed record ChainReport(
    ulong Id, string Profile, string Note, IReadOnlyList<string> Endpoints, IReadOnlyList<string> Channels, long AcksWithoutEcho);

public sealed record DriftReport(double StartBps, double WorstBps, double EndBps, string WorstAsset);

public sealed record LatencyReport(long Count, long P50Ns, long P99Ns, long P999Ns, long MaxNs);

/// <param name="Heads">Blocks followed; on each of them the pool copies were held against the chain.</param>
/// <param name="PoolEvents">Pool events read from logs.</param>
/// <param name="Mismatches">Pools found different from the chain, and read anew.</param>
/// <param name="Snapshots">Times that all pools were read whole.</param>
/// <param name="Gaps">Times that blocks in between had to be fetched.</param>
/// <param name="Reorgs">Heads that did not descend from the one before.</param>
/// <param name="Losses">Times that the node was lost.</param>
/// <param name="Unsteady">Times that the node contradicted the copies of a block and, asked again, did not.</param>
public sealed record FeedReport(long Heads, long PoolEvents, long Mismatches, long Snapshots, long Gaps, long Reorgs, long Losses, long Unsteady = 0)
{
    /// <summary>The feeds that tell prices and nothing of the chain.</summary>
    public IReadOnlyList<PriceFeedReport> Prices { get; init; } = [];
}

/// <param name="Kind">Its configured name.</param>
/// <param name="Records">Quotes taken from the source.</param>
/// <param name="Published">Prices that went into the ring.</param>
/// <param name="Conflated">Prices that a newer one overtook while the ring was full.</param>
/// <param name="Older">Quotes or packets dropped behind a newer one.</param>
/// <param name="Unusable">What was no quote.</param>
/// <param name="PassedOver">Quotes that nobody asked for, and other messages.</param>
/// <param name="Gaps">Times that something was missing.</param>
/// <param name="Missed">Packets or records missing then.</param>
/// <param name="Connections">Times that the source was found.</param>
/// <param name="Losses">Times that it was silent for too long.</param>
/// <param name="Trouble">Why it was lost the last time; null while it never was.</param>
public sealed record PriceFeedReport(
    string Kind, long Records, long Published, long Conflated, long Older, long Unusable, long PassedOver, long Gaps, long Missed, long Connections,
    long Losses, string? Trouble);

/// <param name="Thread">Its name.</param>
/// <param name="Core">The core it was held to; null where it may run on several.</param>
/// <param name="Priority">As the system held it.</param>
public sealed record ThreadReport(string Thread, int? Core, string Priority);

/// <param name="What">"process", or a ring's name.</param>
/// <param name="Status">What came of it, such as <c>locked</c> or <c>advised</c>.</param>
/// <param name="HugeBytes">Bytes of it that lay on huge pages at the start.</param>
public sealed record MemoryReport(string What, string Status, long HugeBytes);

/// <param name="Order">The order's id.</param>
/// <param name="Reason">The trigger that fired, and the drift it fired at.</param>
/// <param name="Note">Why it was not sent.</param>
public sealed record UnsentReport(string Order, string Reason, string Note);

public sealed record TransactionReport
{
    public required string Order { get; init; }

    public required string Hash { get; init; }

    public required ulong Nonce { get; init; }

    /// <summary>What became of it: <c>included</c>, <c>reverted</c>, <c>dropped</c>, <c>submitted</c> while it is out, …</summary>
    public required string Status { get; init; }

    /// <summary>The trigger that fired, and the drift it fired at.</summary>
    public required string Reason { get; init; }

    public required double DriftBps { get; init; }

    public required int Attempts { get; init; }

    public required ulong Block { get; init; }

    public required ulong GasUsed { get; init; }

    public required ulong EffectiveGasPriceWei { get; init; }

    public required IReadOnlyList<LegReport> Legs { get; init; }

    /// <summary>Why it did not go as planned; empty when it did.</summary>
    public required string Note { get; init; }
}

public sealed record LegReport
{
    /// <summary>The first pool of the path.</summary>
    public required string Pool { get; init; }

    /// <summary>Every pool of the path, in order.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    public required string Sell { get; init; }

    public required string Buy { get; init; }

    /// <summary>As signed: where the order left by bytes that were signed before, it may be less than decided.</summary>
    public required string AmountIn { get; init; }

    /// <summary>Really sold: less where the contract filled a part; 0 while not mined.</summary>
    public required string SpentIn { get; init; }

    public required string ExpectedOut { get; init; }

    public required string MinimumOut { get; init; }

    /// <summary>0 while not mined.</summary>
    public required string ReceivedOut { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunReport))]
public sealed partial class ReportJson : JsonSerializerContext;
