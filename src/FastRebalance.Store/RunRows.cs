using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Histories;
using FastRebalance.Hosting;
using Microsoft.Data.Sqlite;

namespace FastRebalance.Store;

/// <summary>Writes the rows of one run after another.</summary>
internal sealed class RunRows(SqliteConnection connection, SqliteTransaction transaction) : IHistorySink, IDisposable
{
    private readonly RowWriter _runs = new(connection, transaction, "runs",
        "run", "folder", "epoch", "chain_id", "account", "numeraire", "native", "events", "passes", "first_unix_ns", "last_unix_ns", "torn", "gap");
    private readonly RowWriter _assets = new(connection, transaction, "assets", "run", "asset", "symbol", "address", "decimals");
    private readonly RowWriter _pools = new(connection, transaction, "pools", "run", "pool", "kind", "address");
    private readonly RowWriter _decisions = new(connection, transaction, "decisions",
        "run", "sequence", "input_sequence", "unix_ns", "day", "block", "portfolio", "passes", "verdict", "tier", "trigger_place", "value_numeraire",
        "drift_bps", "worst_asset", "base_fee_wei", "order_id");
    private readonly RowWriter _refusals = new(connection, transaction, "refusals",
        "run", "sequence", "unix_ns", "day", "block", "reason", "source", "asset", "tier", "trigger_place", "passes", "drift_bps");
    private readonly RowWriter _orders = new(connection, transaction, "orders",
        "run", "order_id", "decision", "unix_ns", "day", "decided_block", "tier", "trigger_place", "status", "final", "nonce", "transaction_hash",
        "included_block", "gas_used", "effective_gas_price_wei", "gas_wei", "value_numeraire", "turnover_numeraire", "expected_slippage_numeraire",
        "realised_slippage_numeraire", "market_move_numeraire", "mev_loss_numeraire", "gas_numeraire", "cost_bps", "drift_before_bps",
        "drift_after_bps", "drift_removed_bps");
    private readonly RowWriter _legs = new(connection, transaction, "legs",
        "run", "order_id", "leg", "sell", "buy", "amount_in", "expected_out", "minimum_out", "sell_price", "buy_price", "expected_slippage_numeraire",
        "path");
    private readonly RowWriter _fills = new(connection, transaction, "fills",
        "run", "order_id", "leg", "input_sequence", "unix_ns", "day", "block", "spent", "received", "slippage_numeraire");
    private readonly RowWriter _reports = new(connection, transaction, "order_reports",
        "run", "input_sequence", "unix_ns", "day", "order_id", "status", "block", "nonce", "transaction_hash", "included_block", "gas_used",
        "effective_gas_price_wei", "data_fee_wei");
    private readonly RowWriter _actions = new(connection, transaction, "operator_actions", "run", "input_sequence", "unix_ns", "day", "block", "command");
    private readonly RowWriter _losses = new(connection, transaction, "feed_losses", "run", "input_sequence", "unix_ns", "day", "block");

    private long _run;
    private ResolvedSetup? _setup;

    /// <summary>Rows so far, by what they are.</summary>
    public StoreCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0, 0, []);

    /// <summary>What follows is of this run.</summary>
    /// <param name="setup">Names its assets; null where it never began.</param>
    public void Begin(ResolvedSetup? setup)
    {
        _run++;
        _setup = setup;
        for (int i = 0; i < setup?.Assets.Count; i++)
            _assets.Write(_run, i, setup.Assets[i].Symbol, setup.Assets[i].Address, setup.Assets[i].Decimals);
        for (int i = 0; i < setup?.Pools.Count; i++)
            _pools.Write(_run, i, setup.Pools[i].Kind, setup.Pools[i].Address);
    }

    public void End(RunSummary run)
    {
        _runs.Write(
            _run, run.Folder, (long?)run.Setup?.Epoch, (long?)run.Setup?.ChainId, run.Setup?.Account, run.Setup?.Numeraire, run.Setup?.Native,
            run.Events, run.Passes, run.FirstUnixNs, run.LastUnixNs, run.Torn, run.Gap);
        Counts = Counts with
        {
            Runs = Counts.Runs + 1,
            Passes = Counts.Passes + run.Passes,
            Notes = run.Setup is null ? [.. Counts.Notes, $"{run.Folder}: crashed before it began, nothing was decided"]
                : run.Gap is not null ? [.. Counts.Notes, $"{run.Folder}: {run.Gap}; what follows was not read"]
                : run.Torn ? [.. Counts.Notes, $"{run.Folder}: its end is torn off by a crash, or is being written; all before it was read"]
                : Counts.Notes,
        };
    }

    public void Take(RecordedDecision decision)
    {
        string day = RowWriter.DayOf(decision.UnixNs);
        _decisions.Write(
            _run, decision.Sequence, decision.InputSequence, decision.UnixNs, day, decision.Block, (long)decision.Portfolio, decision.Passes,
            RowWriter.NameOf(decision.Verdict), RowWriter.NameOf(decision.Tier), decision.Trigger, decision.ValueNumeraire, decision.DriftBps,
            SymbolOf(decision.WorstAsset), Text(decision.BaseFeePerGasWei), decision.OrderId == 0 ? null : IdOf(decision.OrderId));
        Counts = Counts with { Decisions = Counts.Decisions + 1 };
        if (!decision.IsRefusal)
            return;
        bool isRisk = decision.Verdict == Core.Results.DecisionVerdict.Refused;
        _refusals.Write(
            _run, decision.Sequence, decision.UnixNs, day, decision.Block,
            isRisk ? RowWriter.NameOf(decision.Risk) : RowWriter.NameOf(decision.Route), isRisk ? "risk" : "route", SymbolOf(decision.RiskAsset),
            RowWriter.NameOf(decision.Tier), decision.Trigger, decision.Passes, decision.DriftBps);
        Counts = Counts with { Refusals = Counts.Refusals + 1 };
    }

    public void Take(RecordedReport report)
    {
        OrderReport told = report.Report;
        _reports.Write(
            _run, report.Sequence, report.UnixNs, RowWriter.DayOf(report.UnixNs), IdOf(told.OrderId), RowWriter.NameOf(told.Status), report.Block,
            told.Nonce, HashOf(told.TransactionHash), BlockOf(told.IncludedBlock), told.GasUsed, Text(told.EffectiveGasPriceWei), Text(told.DataFeeWei));
    }

    public void Take(RecordedAction action)
    {
        _actions.Write(_run, action.Sequence, action.UnixNs, RowWriter.DayOf(action.UnixNs), action.Block, RowWriter.NameOf(action.Command));
        Counts = Counts with { Actions = Counts.Actions + 1 };
    }

    public void Take(RecordedLoss loss) => _losses.Write(_run, loss.Sequence, loss.UnixNs, RowWriter.DayOf(loss.UnixNs), loss.Block);

    public void Take(RecordedOrder order)
    {
        string id = IdOf(order.OrderId);
        bool isOut = !order.TransactionHash.IsZero;
        _orders.Write(
            _run, id, order.Decision, order.UnixNs, RowWriter.DayOf(order.UnixNs), order.DecidedBlock, RowWriter.NameOf(order.Tier), order.Trigger,
            RowWriter.NameOf(order.Status), order.IsFinal, isOut ? order.Nonce : null, HashOf(order.TransactionHash), BlockOf(order.IncludedBlock),
            order.GasUsed, Text(order.EffectiveGasPriceWei), order.GasWei.ToString(), order.ValueNumeraire, order.TurnoverNumeraire,
            order.ExpectedSlippageNumeraire, order.RealisedSlippageNumeraire, order.MarketMoveNumeraire, order.MevLossNumeraire, order.GasNumeraire,
            order.CostBps, order.DriftBeforeBps, order.DriftAfterBps, order.DriftRemovedBps);
        for (int i = 0; i < order.Legs.Count; i++)
            Take(id, i, order.Legs[i]);
        Counts = Counts with { Orders = Counts.Orders + 1, Fills = Counts.Fills + order.Legs.Count(static leg => leg.Fill is not null) };
    }

    public void Dispose()
    {
        foreach (RowWriter writer in (RowWriter[])[_runs, _assets, _pools, _decisions, _refusals, _orders, _legs, _fills, _reports, _actions, _losses])
            writer.Dispose();
    }

    private void Take(string order, int place, RecordedLeg leg)
    {
        _legs.Write(
            _run, order, place, SymbolOf(leg.Leg.Sell), SymbolOf(leg.Leg.Buy), leg.Leg.AmountIn.ToString(), leg.Leg.ExpectedOut.ToString(),
            leg.Leg.MinimumOut.ToString(), leg.SellPrice, leg.BuyPrice, leg.ExpectedSlippageNumeraire,
            string.Join(' ', Enumerable.Range(0, leg.Leg.HopCount).Select(hop => _setup!.Pools[leg.Leg.Pool(hop).Index].Address)));
        if (leg.Fill is { } fill)
            _fills.Write(
                _run, order, place, fill.Sequence, fill.UnixNs, RowWriter.DayOf(fill.UnixNs), fill.Block, fill.Spent.ToString(),
                fill.Received.ToString(), fill.SlippageNumeraire);
    }

    private string? SymbolOf(AssetId asset) => asset.IsNone ? null : _setup!.Assets[asset.Index].Symbol;

    private static string IdOf(ulong order) => order.ToString("x", CultureInfo.InvariantCulture);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? HashOf(Hash32 hash) => hash.IsZero ? null : hash.ToString();

    private static long? BlockOf(ulong block) => block == 0 ? null : (long)block;
}
