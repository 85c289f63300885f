using System.Text.Json;
using FastRebalance.Bench.Latency;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Chaos;

/// <summary>What came of all the deaths. Counted by several desks at once.</summary>
public sealed class ChaosResult
{
    private const string Anywhere = "anywhere";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, int> _byFaultPoint = new(StringComparer.Ordinal);
    private readonly List<ChaosFinding> _findings = [];
    private readonly ChaosOptions _options;

    internal ChaosResult(ChaosOptions options)
    {
        _options = options;
        foreach (FaultPoint point in ChaosDesks.Points)
            _byFaultPoint[point.ToString()] = 0;
        _byFaultPoint[Anywhere] = 0;
    }

    /// <summary>Processes killed.</summary>
    public int Crashes { get; private set; }

    /// <summary>Incarnations that took over a log that a death had left.</summary>
    public int Restarts { get; private set; }

    /// <summary>Damaged logs that were refused, as they had to be.</summary>
    public int Refusals { get; private set; }

    /// <summary>Chains that the desks traded on.</summary>
    public int Chains { get; private set; }

    /// <summary>Times that a desk was brought to rest and held against its chain.</summary>
    public int Checks { get; private set; }

    public int Orders { get; private set; }

    public int Filled { get; private set; }

    /// <summary>Nonces that ended in a cancel or a revert.</summary>
    public int Unfilled { get; private set; }

    public int Reorgs { get; private set; }

    public int Drops { get; private set; }

    public int Pauses { get; private set; }

    public TimeSpan Took { get; internal set; }

    public IReadOnlyList<ChaosFinding> Findings => _findings;

    public bool IsRight => _findings.Count == 0;

    public int Count(ChaosFault fault) => _findings.Count(finding => finding.Fault == fault);

    /// <summary>Enough have died, or enough is wrong to be looked at.</summary>
    internal bool IsDone
    {
        get
        {
            lock (_gate)
                return Crashes >= _options.Crashes || _findings.Count > 0;
        }
    }

    internal void AddCrash(FaultPoint point)
    {
        lock (_gate)
        {
            Crashes++;
            _byFaultPoint[point == FaultPoint.None ? Anywhere : point.ToString()]++;
        }
    }

    internal void AddRestart()
    {
        lock (_gate)
            Restarts++;
    }

    internal void AddRefusal()
    {
        lock (_gate)
            Refusals++;
    }

    internal void AddCheck()
    {
        lock (_gate)
            Checks++;
    }

    internal void AddDesk(ChaosBook book, ChaosChain chain)
    {
        lock (_gate)
        {
            Chains++;
            Orders += book.Offered;
            Filled += book.Filled;
            Unfilled += book.Unfilled;
            Reorgs += chain.Reorgs;
            Drops += chain.Drops;
            Pauses += chain.Pauses;
            _findings.AddRange(book.Findings);
        }
    }

    /// <summary>One JSON document.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("crashes", Crashes);
        writer.WriteNumber("restarts", Restarts);
        writer.WriteNumber("doubleFills", Count(ChaosFault.DoubleFill));
        writer.WriteNumber("lostIntents", Count(ChaosFault.LostIntent));
        writer.WriteNumber("failedRestarts", Count(ChaosFault.FailedRestart));
        writer.WriteNumber("foreign", Count(ChaosFault.Foreign));
        writer.WriteStartObject("byFaultPoint");
        foreach ((string point, int count) in _byFaultPoint)
            writer.WriteNumber(point, count);
        writer.WriteEndObject();
        writer.WriteNumber("checks", Checks);
        writer.WriteNumber("damagedLogsRefused", Refusals);
        writer.WriteNumber("orders", Orders);
        writer.WriteNumber("filled", Filled);
        writer.WriteNumber("cancelledOrReverted", Unfilled);
        writer.WriteNumber("chains", Chains);
        writer.WriteNumber("reorgs", Reorgs);
        writer.WriteNumber("poolsDropped", Drops);
        writer.WriteNumber("nodePauses", Pauses);
        writer.WriteNumber("seconds", Math.Round(Took.TotalSeconds, 1));
        writer.WriteNumber("seed", _options.Seed);
        writer.WriteNumber("cores", Machine.Cores);
        writer.WriteString("load", Machine.Load);
        writer.WriteStartArray("findings");
        foreach (ChaosFinding finding in _findings)
            writer.WriteStringValue($"{finding.Fault}: {finding.Words}");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal string Progress()
    {
        lock (_gate)
            return FormattableString.Invariant($"{Crashes} of {_options.Crashes} crashes, {Restarts} restarts, {Checks} checks, {_findings.Count} findings");
    }

    /// <summary>The counted line for people.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Crashes} crashes, {Restarts} restarts, {Count(ChaosFault.DoubleFill)} double fills, {Count(ChaosFault.LostIntent)} lost intents, {Count(ChaosFault.FailedRestart)} failed restarts, {Count(ChaosFault.Foreign)} foreign; {Orders} orders, {Filled} filled, {Unfilled} cancelled or reverted, {Refusals} damaged logs refused, {Reorgs} reorgs, {Drops} pools dropped, {Pauses} pauses; {Took.TotalSeconds:0} s");
}
