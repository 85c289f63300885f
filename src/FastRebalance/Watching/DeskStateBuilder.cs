using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Explaining;
using FastRebalance.Hosting;
using FastRebalance.Reloading;
using FastRebalance.Reports;

namespace FastRebalance.Watching;

/// <summary>What the host alone knows of a run that goes on.</summary>
internal sealed record DeskFacts(
    TimeSpan Elapsed, bool IsDryRun, RunStateLine Run, MarketView? Market, DecisionSummary Decisions, IReadOnlyList<OrderLife> Lives,
    IReadOnlyList<OrderExecutor> Senders, StageTimings Stages, ExecutionTimings Execution, FeedReport Feed, ConnectionState Connection, bool IsConsistent,
    long RefusedEvents, double AllocatedBytesPerDecision, string Search, Topology Topology, string Journal, PositionReport? Position,
    IReadOnlyList<OperatorLine> Operator, ConfigurationBook Configurations, IReadOnlyList<ReloadLine> Reloads);

/// <summary>Puts a run's parts into words and whole tokens.</summary>
internal static class DeskStateBuilder
{
    /// <summary>Ended transactions that are told beside the open ones.</summary>
    private const int ShownEnded = 40;
    private const double WeiPerGwei = 1e9;
    private const double WeiPerNative = 1e18;
    private const double NsPerSecond = 1e9;

    public static DeskState Build(PreparedRun run, DeskFacts facts)
    {
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        MarketView? market = facts.Market;
        return new DeskState
        {
            Portfolio = run.Config.Portfolio.Name,
            UnixMs = nowMs,
            UptimeSeconds = Math.Round(facts.Elapsed.TotalSeconds, 1),
            IsDryRun = facts.IsDryRun,
            Run = facts.Run,
            Numeraire = run.Setup.Numeraire,
            ValueNumeraire = market?.ValueNumeraire,
            MaxDriftBps = market?.MaxDriftBps,
            WorstAsset = market?.WorstAsset ?? "",
            Assets = market?.Assets ?? [],
            Triggers = market?.Triggers ?? [],
            Transactions = Transactions(run, facts, nowMs),
            Lanes = [.. facts.Senders.Select((sender, i) => LaneOf(sender, i == 0 ? PolicyTier.Economic : PolicyTier.Safety))],
            Gas = GasOf(facts),
            Latency = LatencyTable.Of(facts.Stages, facts.Execution),
            LatencyCurves = LatencyTable.Curves(facts.Stages, facts.Execution),
            Feed = new FeedState(
                Words.NameOf(facts.Connection), facts.IsConsistent, market?.HeadBlock ?? 0, Age(nowMs, market?.HeadUnixNs), Age(nowMs, market?.NewestPriceUnixNs),
                facts.Feed),
            Engine = new EngineState(
                facts.Decisions.Decisions, RunReportBuilder.Named<DecisionVerdict>(facts.Decisions.ByVerdict),
                RunReportBuilder.Named<RiskVerdict>(facts.Decisions.ByRefusal), Words.NameOf(facts.Decisions.Last.Verdict), facts.RefusedEvents,
                facts.AllocatedBytesPerDecision, facts.Search, Words.NameOf(facts.Topology), facts.Journal),
            Position = facts.Position,
            Operator = facts.Operator,
            Generation = facts.Configurations.Generation,
            Reloads = facts.Reloads,
        };
    }

    /// <summary>The open ones by nonce, then the newest of those that ended.</summary>
    private static List<TransactionState> Transactions(PreparedRun run, DeskFacts facts, long nowMs)
    {
        IEnumerable<OrderLife> open = facts.Lives.Where(static life => life.IsOpen).OrderBy(static life => life.Outcome.Nonce ?? ulong.MaxValue);
        IEnumerable<OrderLife> ended = facts.Lives.Where(static life => !life.IsOpen).TakeLast(ShownEnded).Reverse();
        Dictionary<ulong, OrderedDecision> decisions = [];
        foreach (OrderedDecision order in facts.Decisions.Orders.TakeLast(2 * OrderLives.KeptEnded))
            decisions[order.OrderId] = order;
        return [.. open.Concat(ended).Select(life => TransactionOf(run, facts.Configurations, life, decisions.GetValueOrDefault(life.Outcome.OrderId), nowMs))];
    }

    private static TransactionState TransactionOf(PreparedRun run, ConfigurationBook configurations, OrderLife life, in OrderedDecision ordered, long nowMs)
    {
        Words words = new(configurations.AtEvent(ordered.InputSequence)); // a trigger's place is in the configuration that held then
        DecisionOutcome decision = ordered.Decision;
        OrderOutcome outcome = life.Outcome;
        return new TransactionState(
            $"{outcome.OrderId:x}", life.Account, outcome.Nonce, outcome.Status == SubmitStatus.None ? "decided" : Words.NameOf(outcome.Status), life.IsOpen,
            outcome.TransactionHash.IsZero ? "" : outcome.TransactionHash.ToString(), Math.Max(0, nowMs - life.FirstUnixMs) / 1e3, outcome.Attempts,
            outcome.MaxFeePerGasWei / WeiPerGwei, outcome.MaxPriorityFeePerGasWei / WeiPerGwei, outcome.IncludedBlock, outcome.GasUsed, PaidNative(outcome),
            [new LifeStep("decided", life.FirstUnixMs), .. life.Steps], [.. outcome.Legs.Select(leg => LegOf(run, leg))],
            words.TriggerOf(decision.Tier, decision.Trigger), Math.Round(Bps.FromFraction(decision.MaxDrift).Value, 2), outcome.Reason);
    }

    private static LegState LegOf(PreparedRun run, LegOutcome leg)
    {
        bool isFilled = !leg.Spent.IsZero || !leg.Received.IsZero;
        return new LegState(
            run.Config.Assets[leg.Sell.Index].Symbol, run.Config.Assets[leg.Buy.Index].Symbol,
            Tokens(run, leg.Sell, isFilled ? leg.Spent : leg.AmountIn), Tokens(run, leg.Buy, isFilled ? leg.Received : leg.ExpectedOut));
    }

    private static double Tokens(PreparedRun run, AssetId asset, UInt256 units) => (double)units / Math.Pow(10, run.Config.Assets[asset.Index].Decimals);

    private static NonceLane LaneOf(OrderExecutor sender, PolicyTier tier)
    {
        SubmissionFigures figures = sender.Figures();
        return new NonceLane(
            sender.Account.ToString(), Words.NameOf(tier), Words.NameOf(figures.Mode), Words.NameOf(sender.KillMode), figures.NextNonce,
            [.. sender.Outcomes().Where(static order => order.Nonce is not null && order.Status is SubmitStatus.Submitted or SubmitStatus.Replaced or SubmitStatus.Reorged)
                .Select(static order => order.Nonce!.Value).Order()],
            figures.Fired, figures.Replacements, figures.Cancels, figures.Resends, figures.Waits, [.. sender.Lanes.Select(ChannelOf)], sender.StopReason ?? "");
    }

    private static ChannelState ChannelOf(Lane lane) =>
        new(lane.Name, lane.Sent, lane.Unknown, lane.Full, lane.Waiting, lane.Latency.PercentileNs(50), lane.Latency.PercentileNs(99));

    private static GasState GasOf(DeskFacts facts)
    {
        double paid = 0;
        ulong gas = 0;
        foreach (OrderOutcome outcome in SendersTogether.Outcomes(facts.Senders))
        {
            paid += PaidNative(outcome);
            gas += outcome.GasUsed;
        }
        return new GasState(facts.Market?.BaseFeeGwei ?? 0, facts.Market?.TipGwei ?? 0, facts.Market?.GasTodayNumeraire ?? 0, paid, gas);
    }

    private static double PaidNative(OrderOutcome outcome) => (double)outcome.GasUsed * outcome.EffectiveGasPriceWei / WeiPerNative;

    private static double? Age(long nowMs, long? unixNs) => unixNs is null or 0 ? null : Math.Round(Math.Max(0, (nowMs / 1e3) - (unixNs.Value / NsPerSecond)), 3);
}
