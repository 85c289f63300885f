using System.Globalization;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Explaining;
using FastRebalance.Reports;
using Spectre.Console;

namespace FastRebalance.Cli.Screens;

/// <summary>An explanation for a person.</summary>
internal static class ExplanationScreen
{
    public static void Show(Explanation explanation, ConfigFile config)
    {
        string source = explanation.Source == "chain" ? "at the head" : $"where {explanation.Source} ends";
        AnsiConsole.MarkupLineInterpolated($"[bold]{explanation.Portfolio}[/] {source}: block {explanation.Block}, {Time(explanation.Time)}");
        AnsiConsole.MarkupLineInterpolated($"worth {Money(explanation.ValueNumeraire)} {explanation.Numeraire}");
        ShowAssets(explanation);
        if (explanation.Position is { } position)
            ShowPosition(position);
        ShowTriggers(explanation);
        ShowVerdict(explanation, config);
        ShowNextPrices(explanation);
        if (explanation.History is { } history)
            ShowHistory(history);
    }

    private static void ShowAssets(Explanation explanation)
    {
        Table table = Simple("asset", "tokens", "price", "age", "second source", "value", "weight", "target", "drift");
        foreach (AssetLine asset in explanation.Assets)
            table.AddRow(
                Markup.Escape(asset.Symbol),
                Number(asset.Tokens),
                Number(asset.Price) + (asset.IsGiven ? " [yellow]given[/]" : ""),
                asset.PriceAgeSeconds is { } age && !asset.IsGiven ? $"{age.ToString("0.#", CultureInfo.InvariantCulture)} s" : "",
                asset.ReferencePrice is { } reference ? Number(reference) : "",
                Money(asset.ValueNumeraire),
                Percent(asset.Weight * 100),
                Percent(asset.Target * 100),
                $"{asset.DriftBps.ToString("+0.0;-0.0;0", CultureInfo.InvariantCulture)} bps");
        AnsiConsole.Write(table);
    }

    private static void ShowPosition(PositionReport position)
    {
        AnsiConsole.Write(new Rule("position").LeftJustified());
        Grid grid = new Grid().AddColumns(2);
        foreach ((string name, string text) in PositionWords.Rows(position))
            grid.AddRow(Markup.Escape(name), Markup.Escape(text));
        AnsiConsole.Write(grid);
    }

    private static void ShowTriggers(Explanation explanation)
    {
        AnsiConsole.Write(new Rule("triggers").LeftJustified());
        Table table = Simple("tier", "place", "trigger", "stands at", "fires");
        foreach (TriggerLine trigger in explanation.Triggers)
            table.AddRow(trigger.Tier, $"{trigger.Place}", Markup.Escape(trigger.Kind), Markup.Escape(trigger.Reading), trigger.Fires ? "[yellow]fires[/]" : "no");
        AnsiConsole.Write(table);
    }

    private static void ShowVerdict(Explanation explanation, ConfigFile config)
    {
        AnsiConsole.Write(new Rule("decision").LeftJustified());
        AnsiConsole.MarkupLineInterpolated($"[bold]{explanation.Reason}[/]");
        foreach (TradeLine trade in explanation.Trades)
            AnsiConsole.MarkupLineInterpolated(
                $"  wants to sell {Tokens(config, trade.Sell, trade.AmountIn)} {trade.Sell} for {trade.Buy}, worth {Money(trade.ValueNumeraire)}");
        Table checks = Simple("tier", "check", "answer");
        foreach (CheckLine check in explanation.Checks)
            checks.AddRow(
                check.Tier, Markup.Escape(check.Check),
                check.Answer == "approved" ? "approved" : $"[red]{check.Answer}[/]{(check.Asset.Length > 0 ? $" ({Markup.Escape(check.Asset)})" : "")}");
        AnsiConsole.Write(checks);
        if (explanation.Route != "unrouted")
            AnsiConsole.MarkupLineInterpolated($"route: {explanation.Route}");
        foreach (LegLine leg in explanation.Legs)
            AnsiConsole.MarkupLineInterpolated(
                $"  {Tokens(config, leg.Sell, leg.AmountIn)} {leg.Sell} → {Tokens(config, leg.Buy, leg.ExpectedOut)} {leg.Buy}, at least {Tokens(config, leg.Buy, leg.MinimumOut)}, through {string.Join(", ", leg.Pools)}");
    }

    private static void ShowNextPrices(Explanation explanation)
    {
        AnsiConsole.Write(new Rule("next trigger prices, all other prices kept").LeftJustified());
        Table table = Simple("asset", "price", "up", "down");
        foreach (NextPriceLine line in explanation.NextPrices)
            table.AddRow(
                Markup.Escape(line.Asset), Number(line.Price), Next(line.Up, "none up to +1000 %"), Next(line.Down, "none down to −99 %"));
        AnsiConsole.Write(table);
        foreach (string trigger in explanation.NotSearched)
            AnsiConsole.MarkupLineInterpolated($"[grey]{trigger} remembers passes, and is not asked about prices that never were[/]");
    }

    private static void ShowHistory(HistoryReport history)
    {
        AnsiConsole.Write(new Rule("the run").LeftJustified());
        AnsiConsole.MarkupLineInterpolated($"{history.Passes} passes: {Counts(history.Verdicts)}");
        if (history.Configurations > 1)
            AnsiConsole.MarkupLineInterpolated(
                $"went by {history.Configurations} configurations one after the other{(history.IsByTheLast ? "" : "; none of what is said above is by them, but by the one that was given")}");
        if (history.Refusals.Count > 0)
            AnsiConsole.MarkupLineInterpolated($"refused: {Counts(history.Refusals)}");
        Table table = Simple("from", "until", "passes", "trigger", "drift", "ended");
        foreach (DecisionLine line in history.Decisions)
            table.AddRow(
                Time(line.Time), Time(line.Until), $"{line.Passes}", Markup.Escape(line.Trigger),
                $"{line.DriftBps.ToString("0.0", CultureInfo.InvariantCulture)} bps", Markup.Escape(line.Reason));
        AnsiConsole.Write(table);
        if (history.Torn)
            AnsiConsole.MarkupLine("[yellow]the journal's end was torn off by a crash[/]");
        if (history.Gap is { } gap)
            AnsiConsole.MarkupLineInterpolated($"[red]{gap}[/]");
    }

    private static Table Simple(params string[] columns) => new Table().Border(TableBorder.Simple).AddColumns(columns);

    private static string Next(NextPrice? next, string none) => next is null
        ? $"[grey]{none}[/]"
        : next.DistancePercent == 0
            ? $"[yellow]fires now[/] {Markup.Escape(next.Trigger)}"
            : $"{Number(next.Price)} ({next.DistancePercent.ToString("+0.00;-0.00", CultureInfo.InvariantCulture)} %) [grey]{Markup.Escape(next.Trigger)}[/]";

    private static string Counts(IReadOnlyDictionary<string, long> counts) => string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"));

    private static string Tokens(ConfigFile config, string symbol, string units) =>
        TokenUnits.Format(UInt256.Parse(units), config.Assets.First(a => a.Symbol == symbol).Decimals);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    private static string Money(double number) => number.ToString("N2", CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString("G8", CultureInfo.InvariantCulture);

    private static string Percent(double number) => $"{number.ToString("0.00", CultureInfo.InvariantCulture)} %";
}
