using System.Globalization;
using FastRebalance.Reports;
using FastRebalance.Watching;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FastRebalance.Cli.Screens;

/// <summary>A desk's state as a picture for a terminal.</summary>
internal static class DeskScreen
{
    private const int ShownTransactions = 8;
    private const int ShownPrices = 4;
    private const int BarWidth = 25;

    private static readonly string[] s_stages = ["dueToDecision", "evaluate", "route", "sign", "dueToSent", "sendToIncluded"];

    /// <param name="desk">What is shown.</param>
    /// <param name="keys">The line of keys or the question; empty for none.</param>
    /// <param name="said">What came of the last key.</param>
    public static IRenderable Picture(DeskState desk, string keys = "", string said = "")
    {
        List<IRenderable> rows = [Head(desk), Weights(desk), Triggers(desk), Transactions(desk), new Columns(Lanes(desk), Latency(desk), Feed(desk))];
        if (desk.Position is { } position)
            rows.Add(new Panel(new Rows(PositionWords.Rows(position).Select(static row => new Markup($"[grey]{Markup.Escape(row.Name)}[/] {Markup.Escape(row.Text)}")))).Header("position").Expand());
        if (desk.Reloads is [.., var reload])
            rows.Add(new Markup($"[grey]{DateTimeOffset.FromUnixTimeMilliseconds(reload.UnixMs):HH:mm:ss} UTC[/] [{(reload.IsTaken ? "green" : "yellow")}]{Markup.Escape(reload.Text)}[/]"));
        if (keys.Length > 0)
            rows.Add(new Markup($"[bold]{Markup.Escape(keys)}[/]"));
        if (said.Length > 0)
            rows.Add(new Markup($"[yellow]{Markup.Escape(said)}[/]"));
        return new Rows(rows);
    }

    private static IRenderable Head(DeskState desk)
    {
        string state = $"[{ColourOf(desk.Run.State)} bold]{desk.Run.State}[/]{(desk.Run.Reason.Length > 0 ? $" [grey]{Markup.Escape(desk.Run.Reason)}[/]" : "")}";
        string drift = desk.MaxDriftBps is { } bps ? $"drift {Number(bps, "0.0")} bps [grey]({Markup.Escape(desk.WorstAsset)})[/]" : "[grey]prices or holdings are not whole yet[/]";
        return new Markup(
            $"[bold]{Markup.Escape(desk.Portfolio)}[/]  {state}{(desk.IsDryRun ? "  [yellow]dry run[/]" : "")}  block {desk.Feed.HeadBlock}  up {TimeSpan.FromSeconds(desk.UptimeSeconds):hh\\:mm\\:ss}  "
            + $"value [bold]{Number(desk.ValueNumeraire, "N2")}[/] {Markup.Escape(desk.Numeraire)}  {drift}  "
            + $"gas today {Number(desk.Gas.SpentTodayNumeraire, "N2")} {Markup.Escape(desk.Numeraire)} [grey]({Number(desk.Gas.BaseFeeGwei, "0.00")} gwei)[/]");
    }

    private static Table Weights(DeskState desk)
    {
        Table table = new Table().Border(TableBorder.Rounded).Expand();
        table.AddColumns(new TableColumn("asset"), Right("holding"), Right("price"), Right("weight"), Right("target"), Right("band"), Right("drift"), new TableColumn("low · target · high").NoWrap());
        foreach (AssetState asset in desk.Assets.Where(static a => a.Weight is not (null or 0) || a.Target is not (null or 0)))
        {
            bool isOut = asset.Weight < asset.BandLow || asset.Weight > asset.BandHigh;
            string colour = isOut ? "red" : "default";
            table.AddRow(
                $"[bold]{Markup.Escape(asset.Symbol)}[/]", Number(asset.Holding, "N4"), Number(asset.PriceNumeraire, "N4"), $"[{colour}]{Percent(asset.Weight)}[/]", $"[grey]{Percent(asset.Target)}[/]",
                asset.BandLow is null ? "[grey]–[/]" : $"[grey]{Percent(Math.Max(0, asset.BandLow.Value))} – {Percent(asset.BandHigh)}[/]",
                $"[{colour}]{Number(asset.DriftBps, "+0.0;-0.0;0.0")} bps[/]", Bar(asset));
        }
        return table;
    }

    /// <summary>The band from edge to edge, the target in the middle, the weight where it stands; beyond an edge at the end.</summary>
    private static string Bar(AssetState asset)
    {
        if (asset is not { Weight: { } weight, BandLow: { } low, BandHigh: { } high } || !(high > low))
            return "";
        int at = (int)Math.Round(Math.Clamp((weight - low) / (high - low), 0, 1) * (BarWidth - 1));
        char[] line = [.. Enumerable.Repeat('─', BarWidth)];
        line[BarWidth / 2] = '┼';
        return $"[grey]├{new string(line, 0, at)}[/][{(weight < low || weight > high ? "red" : "green")}]●[/][grey]{new string(line, at + 1, BarWidth - 1 - at)}┤[/]";
    }

    private static Table Triggers(DeskState desk)
    {
        Table table = new Table().Border(TableBorder.Rounded).Expand();
        table.AddColumns(new TableColumn("trigger"), new TableColumn("stands at"), Right("of the way"), new TableColumn($"fires at, {Markup.Escape(desk.Numeraire)}"));
        foreach (TriggerState trigger in desk.Triggers)
        {
            string prices = string.Join("   ", trigger.FiresAt.Where(static p => p.MovePercent != 0).Take(ShownPrices)
                .Select(static p => $"{Markup.Escape(p.Asset)} {Number(p.PriceNumeraire, "N2")} [grey]({Number(p.MovePercent, "+0.00;-0.00")} %)[/]"));
            string nearness = trigger.Nearness is { } near ? $"[{(near >= 1 ? "red" : near >= 0.8 ? "yellow" : "green")}]{Number(near * 100, "0")} %[/]" : "[grey]–[/]";
            table.AddRow(
                $"[bold]{Markup.Escape(trigger.Kind)}[/] [grey]{trigger.Tier} {trigger.Place}[/]", trigger.Fires ? $"[red]fires[/] [grey]{Markup.Escape(trigger.Reading)}[/]" : Markup.Escape(trigger.Reading), nearness,
                !trigger.IsSearched ? "[grey]goes by what was before[/]" : prices.Length > 0 ? prices : "[grey]at no price that was looked at[/]");
        }
        return table;
    }

    private static Table Transactions(DeskState desk)
    {
        Table table = new Table().Border(TableBorder.Rounded).Expand();
        table.AddColumns(new TableColumn("order"), new TableColumn("life"), Right("nonce"), Right("age"), Right("attempts"), Right("max fee"), new TableColumn("trades"), new TableColumn("why"));
        foreach (TransactionState transaction in desk.Transactions.OrderByDescending(static t => t.Life[0].UnixMs).ThenByDescending(static t => t.Nonce).Take(ShownTransactions))
            table.AddRow(
                $"{Convert.ToUInt64(transaction.Order, 16) & 0xFFFFFF}",
                string.Join(" › ", transaction.Life.TakeLast(3).Select((step, i) => i == Math.Min(3, transaction.Life.Count) - 1 ? $"[{ColourOf(transaction)}]{step.State}[/]" : $"[grey]{step.State}[/]")),
                transaction.Nonce?.ToString(CultureInfo.InvariantCulture) ?? "–", Age(transaction.AgeSeconds), $"{transaction.Attempts}",
                transaction.MaxFeeGwei > 0 ? $"{Number(transaction.MaxFeeGwei, "0.00")} gwei" : "–",
                Markup.Escape(string.Join(", ", transaction.Legs.Select(static leg => $"{Number(leg.Sold, "G5")} {leg.Sell} → {Number(leg.Bought, "G5")} {leg.Buy}"))),
                $"[grey]{Markup.Escape(Shortened(transaction.Note.Length > 0 ? transaction.Note : $"{transaction.Trigger}, {Number(transaction.DriftBps, "0.0")} bps"))}[/]");
        return table;
    }

    private static Panel Lanes(DeskState desk) => new Panel(new Rows(desk.Lanes.SelectMany(static lane => (IRenderable[])
    [
        new Markup($"[bold]{lane.Tier}[/] {Markup.Escape(lane.Account[..Math.Min(10, lane.Account.Length)])}…  {lane.Mode}, kill switch {(lane.Kill == "off" ? "off" : $"[red]{lane.Kill}[/]")}"),
        new Markup($"next nonce {lane.NextNonce}, out {(lane.Open.Count == 0 ? "none" : string.Join(" ", lane.Open))}"),
        new Markup($"[grey]fired {lane.Fired}, replaced {lane.Replacements}, cancelled {lane.Cancels}, resent {lane.Resends}[/]"),
        .. lane.Channels.Select(static channel => new Markup($"{Markup.Escape(channel.Name)}: {channel.Sent} sent, {channel.Unknown} unanswered, p50 {Duration(channel.P50Ns)}")),
    ]))).Header("nonce lanes");

    private static Panel Latency(DeskState desk)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns(new TableColumn("[grey]stage[/]"), Right("[grey]p50[/]"), Right("[grey]p99[/]"), Right("[grey]p99.9[/]"));
        foreach (string stage in s_stages)
            if (desk.Latency.TryGetValue(stage, out LatencyReport? times))
                table.AddRow(stage, Duration(times.P50Ns), Duration(times.P99Ns), Duration(times.P999Ns));
        return new Panel(table).Header("latency");
    }

    private static Panel Feed(DeskState desk) => new Panel(new Rows(
        new Markup($"node [{(desk.Feed.Connection == "connected" ? "green" : "red")}]{desk.Feed.Connection}[/], head {Age(desk.Feed.HeadAgeSeconds)} old, price {Age(desk.Feed.NewestPriceAgeSeconds)}"),
        new Markup($"{desk.Feed.Counts.Heads} heads, {desk.Feed.Counts.PoolEvents} pool events"),
        new Markup($"mismatches {desk.Feed.Counts.Mismatches}, gaps {desk.Feed.Counts.Gaps}, reorgs {desk.Feed.Counts.Reorgs}, losses {desk.Feed.Counts.Losses}"),
        new Markup($"[grey]{desk.Engine.Decisions} decisions, last {desk.Engine.LastVerdict}[/]"))).Header("feed");

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned().NoWrap();

    private static string ColourOf(string state) => state switch { "running" => "green", "paused" or "flattening" or "draining" => "yellow", _ => "red" };

    private static string ColourOf(TransactionState transaction) => transaction.Life.Any(static step => step.State == "included") ? "green"
        : transaction.State is "decided" or "submitted" or "replaced" ? "yellow" : "red";

    private static string Shortened(string text) => text.Length <= 36 ? text : text[..35] + "…";

    private static string Number(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    private static string Percent(double? fraction) => fraction is { } known ? $"{Number(known * 100, "0.00")} %" : "–";

    private static string Age(double? seconds) => seconds is { } known ? $"{Number(known, known < 10 ? "0.0" : "0")} s" : "–";

    private static string Duration(long ns) => ns switch
    {
        < 1_000 => $"{ns} ns",
        < 1_000_000 => $"{Number(ns / 1e3, "0.0")} µs",
        < 1_000_000_000 => $"{Number(ns / 1e6, "0.0")} ms",
        _ => $"{Number(ns / 1e9, "0.0")} s",
    };
}
