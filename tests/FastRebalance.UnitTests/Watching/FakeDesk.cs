using FastRebalance.Reports;
using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Watching;

/// <summary>A desk with nothing behind it: what it tells is given, what it is asked to do is kept.</summary>
internal sealed class FakeDesk(string name = "core") : IDesk
{
    public string Name => name;

    public List<(OperatorAction Action, string By)> Acts { get; } = [];

    public RunStateLine Run { get; set; } = new("running", "");

    public Exception? Breaks { get; set; }

    /// <summary>Latencies that are somebody's; null for made-up ones.</summary>
    public Func<IReadOnlyDictionary<string, LatencyReport>>? Latencies { get; init; }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public DeskState State()
    {
        Asked++;
        return Breaks is null ? Usual() with { Run = Run } : throw Breaks;
    }

    public Task<ActionReply> ActAsync(OperatorAction action, string by, CancellationToken cancellation)
    {
        Acts.Add((action, by));
        return Task.FromResult(new ActionReply(true, OperatorActions.WordOf(action), Name, "done"));
    }

    private DeskState Usual() => new()
    {
        Portfolio = name,
        UnixMs = 1_700_000_000_000,
        UptimeSeconds = 12.5,
        IsDryRun = false,
        Run = Run,
        Numeraire = "USDC",
        ValueNumeraire = 1000,
        MaxDriftBps = 50,
        WorstAsset = "WETH",
        Assets = [new("WETH", 0.25, 2000, 0.5, 500, 0.505, 0.5, 0.49, 0.51, 50), new("USDC", 495, 1, null, 495, 0.495, 0.5, 0.49, 0.51, -50)],
        Triggers = [new("economic", 1, "drift-band", false, "50 of 100 bps", 0.005, 0.01, "fraction", 0.5, [new("WETH", 2040, 2)], true)],
        Transactions = [],
        Lanes = [new("0xabc", "economic", "run", "soft", 7, [5, 6], 1, 2, 3, 4, 5, [new("public", 9, 1, 0, 1, 1000, 2000)], "")],
        Gas = new(1.5, 0.1, 2.25, 0.001, 21000),
        Latency = Latencies?.Invoke() ?? new Dictionary<string, LatencyReport> { ["evaluate"] = new(10, 500, 900, 950, 1000) },
        LatencyCurves = [new("dueToDecision", 10, [new(50, 500), new(100, 1000)])],
        Feed = new("connected", true, 42, 0.4, 0.4, new FeedReport(3, 4, 0, 1, 0, 0, 0)),
        Engine = new(11, new Dictionary<string, long> { ["insideBand"] = 10, ["order"] = 1 }, new Dictionary<string, long>(), "insideBand", 0, 0, "native", "fused", "journal"),
        Position = null,
        Operator = [],
    };
}
