using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Hosting;
using FastRebalance.Hosting.Placement;
using FastRebalance.MarketData;

namespace FastRebalance.Reports;

/// <summary>What the host alone knows of a run.</summary>
internal sealed record RunFacts(
    Topology Topology, IReadOnlyList<PlacementResult> Threads, IReadOnlyList<MemoryResult> Memory, string Search, string Journal, TimeSpan Elapsed, long RefusedEvents, double AllocatedBytesPerDecision, bool IsDryRun, bool IsInsideBand, string? Fault, ChainReport Chain, IReadOnlyList<SubmissionFigures> Submission, PositionReport? Position);

/// <summary>Puts a run's parts into words and symbols.</summary>
internal static class RunReportBuilder
{
    public static RunReport Build(
        PreparedRun run,
        DecisionSummary summary,
        IReadOnlyList<OrderOutcome> outcomes,
        DrainOutcome drained,
        IReadOnlyDictionary<string, LatencyReport> latency,
        IReadOnlyList<IFeed> feeds,
        RunFacts facts) => new()
    {
        Decisions = summary.Decisions,
        StartToDecisionMs = summary.FirstUtc is { } first ? Math.Round((first - ProcessStartUtc()).TotalMilliseconds, 1) : null,
        Verdicts = Named<DecisionVerdict>(summary.ByVerdict),
        Refusals = Named<RiskVerdict>(summary.ByRefusal),
        Transactions = [.. outcomes.Where(WasSent).Select(outcome => TransactionOf(run, summary, outcome))],
        Unsent = [.. outcomes.Where(o => !WasSent(o)).Select(o => new UnsentReport($"{o.OrderId:x}", ReasonOf(run, DecisionOf(summary, o)), o.Reason))],
        Drift = new DriftReport(
            Rounded(summary.StartDrift), Rounded(summary.WorstDrift), Rounded(Bps.FromFraction(summary.Last.MaxDrift)), SymbolOf(run, summary.Last.WorstAsset)),
        Latency = latency,
        AllocatedBytesPerDecision = facts.AllocatedBytesPerDecision,
        ValueNumeraire = summary.Last.ValueNumeraire,
        Numeraire = run.Setup.Numeraire,
        Topology = CamelCase(facts.Topology.ToString()),
        Threads = [.. facts.Threads.Select(t => new ThreadReport(t.Thread, t.Core, CamelCase(t.Priority.ToString())))],
        Memory = [.. facts.Memory.Select(m => new MemoryReport(m.What, CamelCase(m.Status.ToString()), m.HugeBytes))],
        Search = facts.Search,
        Journal = facts.Journal,
        Seconds = Math.Round(facts.Elapsed.TotalSeconds, 3),
        RefusedEvents = facts.RefusedEvents,
        Feed = FeedReports.Sum(feeds),
        Chain = facts.Chain,
        Submission = [.. facts.Submission.Select(SubmissionReport.Of)],
        Portfolio = run.Config.Portfolio.Name,
        Position = facts.Position,
        DryRun = facts.IsDryRun,
        InsideBand = facts.IsInsideBand,
        InFlight = drained.InFlight.Any(order => !order.TransactionHash.IsZero),
        Fault = facts.Fault,
    };

    private static DateTime ProcessStartUtc()
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }

    private static TransactionReport TransactionOf(PreparedRun run, DecisionSummary summary, OrderOutcome outcome)
    {
        DecisionOutcome decision = DecisionOf(summary, outcome);
        return new TransactionReport
        {
            Order = $"{outcome.OrderId:x}",
            Hash = outcome.TransactionHash.ToString(),
            Nonce = outcome.Nonce ?? 0,
            Status = CamelCase(Outcome(outcome).ToString()),
            Reason = ReasonOf(run, decision),
            DriftBps = Rounded(Bps.FromFraction(decision.MaxDrift)),
            Attempts = outcome.Attempts,
            Block = outcome.IncludedBlock,
            GasUsed = outcome.GasUsed,
            EffectiveGasPriceWei = outcome.EffectiveGasPriceWei,
            Legs = [.. outcome.Legs.Select(leg => LegOf(run, leg))],
            Note = outcome.Reason,
        };
    }

    private static bool WasSent(OrderOutcome outcome) => !outcome.TransactionHash.IsZero;

    /// <summary>That nothing more will change says less than what happened: the status before <see cref="SubmitStatus.Final"/> is told.</summary>
    private static SubmitStatus Outcome(OrderOutcome outcome) =>
        outcome.History.LastOrDefault(status => status != SubmitStatus.Final, outcome.Status);

    private static DecisionOutcome DecisionOf(DecisionSummary summary, OrderOutcome outcome) =>
        summary.Orders.FirstOrDefault(o => o.OrderId == outcome.OrderId).Decision;

    private static string ReasonOf(PreparedRun run, DecisionOutcome decision)
    {
        IReadOnlyList<PluginSection> triggers = run.Config.Portfolio.Triggers;
        int trigger = decision.Trigger - 1;
        return trigger >= 0 && trigger < triggers.Count
            ? $"{triggers[trigger].Kind}: {SymbolOf(run, decision.WorstAsset)} off by {Bps.FromFraction(decision.MaxDrift)}"
            : "";
    }

    private static LegReport LegOf(PreparedRun run, LegOutcome leg)
    {
        List<string> path = [.. leg.Pools.Select(pool => run.Setup.Pools[pool.Index].Address)];
        return new LegReport
        {
            Pool = path[0],
            Path = path,
            Sell = SymbolOf(run, leg.Sell),
            Buy = SymbolOf(run, leg.Buy),
            AmountIn = leg.AmountIn.ToString(),
            SpentIn = leg.Spent.ToString(),
            ExpectedOut = leg.ExpectedOut.ToString(),
            MinimumOut = leg.MinimumOut.ToString(),
            ReceivedOut = leg.Received.ToString(),
        };
    }

    internal static Dictionary<string, long> Named<TEnum>(IReadOnlyList<long> counts) where TEnum : struct, Enum
    {
        Dictionary<string, long> named = new(StringComparer.Ordinal);
        foreach (TEnum value in Enum.GetValues<TEnum>())
        {
            long count = counts[Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)];
            if (count > 0)
                named.Add(CamelCase(value.ToString()), count);
        }
        return named;
    }

    private static string SymbolOf(PreparedRun run, AssetId asset) => asset.IsNone ? "" : run.Setup.Assets[asset.Index].Symbol;

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static double Rounded(Bps bps) => double.IsFinite(bps.Value) ? Math.Round(bps.Value, 2) : 0;
}
