using System.Globalization;
using System.Text;
using FastRebalance.Charts;

namespace FastRebalance.Store;

/// <summary>A ledger for people: as one page in one file, and as a table of its orders.</summary>
public static class LedgerText
{
    /// <summary>What each figure means, and what it cannot know.</summary>
    public static IReadOnlyList<(string Figure, string Meaning)> Definitions { get; } =
    [
        ("day", "The order's decision falls in it, by UTC and the event clock (block times on a chain). What an order cost later counts there too."),
        ("mid", "The price of the asset in the numeraire that the engine held at the decision. Both slippages are measured against it."),
        ("expected slippage", "Worth of what was spent, less worth of what the pools of the decision would have paid for it, exactly, pool by pool: fees and impact that were known."),
        ("realised slippage", "Worth of what was spent less worth of what was received. It is expected slippage + market move + MEV loss, where the last two are known."),
        ("market move", "What the order would have been paid at the decision less what it would have been paid first in its block: what happened by itself while it was on its way. Below zero is a gain."),
        ("MEV loss", "What the order would have been paid first in its block less what it was paid: what trades placed before it in the same block took. The journal holds each block's end, and fills; it cannot tell an attacker from somebody who merely came first, nor see an order that was held back for blocks, whose loss shows as market move. Unknown where the end of the block before is not in the journal, as after a gap in the feed."),
        ("gas", "Gas used at the effective price, with a rollup's fee for bytes, at the native coin's price when the block was told. A reverted or cancelled order's gas counts."),
        ("cost", "Realised slippage and gas; in bps, over the portfolio's value at the decision."),
        ("drift removed", "Largest distance of a weight from its target at the decision, less the same at the first pass with the order's block in it and nothing under way. Prices moved in between, so it can be below zero."),
        ("bps per bp of tracking error", "Cost in bps over drift removed in bps. For the day, the costs of all orders over the drift that those removed of which it is known."),
    ];

    private static readonly string[] s_columns =
    [
        "order", "account", "time", "tier", "trigger", "status", "transactionHash", "block", "valueNumeraire", "turnoverNumeraire", "expectedSlippageNumeraire",
        "realisedSlippageNumeraire", "marketMoveNumeraire", "mevLossNumeraire", "gasUsed", "gasWei", "gasNumeraire", "costNumeraire", "costBps", "driftBeforeBps",
        "driftAfterBps", "driftRemovedBps", "costBpsPerBpOfTrackingError",
    ];

    /// <summary>One line an order, fields as the JSON names them; what is not known is empty.</summary>
    public static string Csv(DailyLedger ledger)
    {
        StringBuilder text = new();
        text.AppendLine(string.Join(',', s_columns));
        foreach (LedgerOrder order in ledger.Orders)
            text.AppendLine(string.Join(',', (object?[])
            [
                order.Order, order.Account, order.Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), order.Tier, order.Trigger, order.Status,
                order.TransactionHash, order.Block, order.ValueNumeraire, order.TurnoverNumeraire, order.ExpectedSlippageNumeraire,
                order.RealisedSlippageNumeraire, order.MarketMoveNumeraire, order.MevLossNumeraire, order.GasUsed, order.GasWei, order.GasNumeraire,
                order.CostNumeraire, order.CostBps, order.DriftBeforeBps, order.DriftAfterBps, order.DriftRemovedBps, order.CostBpsPerBpOfTrackingError,
            ]));
        return text.ToString();
    }

    public static string Html(DailyLedger ledger)
    {
        HtmlPage page = new($"Ledger of {ledger.Day}");
        page.Paragraph($"{string.Join(", ", ledger.Accounts)}; worths in {ledger.Numeraire}; read from {string.Join(", ", ledger.Sources)}.");
        foreach (string note in ledger.Notes)
            page.Banner(note);
        page.Figures(
        [
            ("realised slippage", N(ledger.RealisedSlippageNumeraire), $"expected {N(ledger.ExpectedSlippageNumeraire)} {ledger.Numeraire}"),
            ("gas", N(ledger.GasNumeraire), $"{ledger.GasWei} wei"),
            ("MEV loss", N(ledger.MevLossNumeraire), ledger.OrdersWithoutMevLoss == 0 ? "known for every order" : $"unknown for {ledger.OrdersWithoutMevLoss}"),
            ("drift removed", $"{N(ledger.DriftRemovedBps)} bp", $"by {ledger.OrdersFilled} orders filled of {ledger.OrdersPlaced}"),
            ("cost", $"{N(ledger.CostBps)} bp", $"{N(ledger.CostNumeraire)} {ledger.Numeraire}"),
            ("per bp of tracking error", ledger.CostBpsPerBpOfTrackingError is { } ratio ? $"{N(ratio)} bp" : "-", "cost over drift removed"),
        ]);
        Chart(page, ledger);
        page.Heading("Orders");
        page.Table(["decided", "order", "status", "trades", "turnover", "expected", "realised", "market move", "MEV loss", "gas", "cost, bp", "drift before", "after"],
            ledger.Orders.Select(static order => (string[])
            [
                order.Time.ToString("HH:mm:ss", CultureInfo.InvariantCulture), order.Order, order.Status,
                string.Join("; ", order.Legs.Select(static leg => $"{leg.Sell} to {leg.Buy}")), N(order.TurnoverNumeraire), N(order.ExpectedSlippageNumeraire),
                N(order.RealisedSlippageNumeraire), N(order.MarketMoveNumeraire), N(order.MevLossNumeraire), N(order.GasNumeraire), N(order.CostBps),
                N(order.DriftBeforeBps), N(order.DriftAfterBps),
            ]));
        page.Heading("Refusals");
        if (ledger.Refusals.Count == 0)
            page.Paragraph($"None, in {ledger.Passes} passes.");
        else
            page.Table(["why", "passes"], ledger.Refusals.Select(static refusal => (string[])[refusal.Key, $"{refusal.Value}"]));
        page.Heading("What the figures mean");
        page.Table(["figure", "meaning"], Definitions.Select(static line => (string[])[line.Figure, line.Meaning]));
        return page.ToString();
    }

    private static void Chart(HtmlPage page, DailyLedger ledger)
    {
        LedgerOrder[] filled = [.. ledger.Orders.Where(static order => order.TurnoverNumeraire > 0)];
        if (filled.Length == 0)
            return;
        double from = Seconds(filled[0]), to = Seconds(filled[^1]);
        double high = filled.Max(static order => Math.Max(order.ExpectedSlippageNumeraire, order.RealisedSlippageNumeraire));
        double low = filled.Min(static order => Math.Min(order.ExpectedSlippageNumeraire, order.RealisedSlippageNumeraire));
        double margin = Math.Max((high - low) * 0.05, 1e-9);
        page.Chart(
            LineChart.Draw(
                Axis.Time("time, UTC", from, to), Axis.Linear($"slippage, {ledger.Numeraire}", low - margin, high + margin),
                new Series("expected", [.. filled.Select(static order => (Seconds(order), order.ExpectedSlippageNumeraire))], 0, HasDots: true, HasLine: false),
                new Series("realised", [.. filled.Select(static order => (Seconds(order), order.RealisedSlippageNumeraire))], 2, HasDots: true, HasLine: false)),
            "Each order's slippage against the prices of its decision: as quoted, and as it came.");
    }

    private static double Seconds(LedgerOrder order) => order.Time.ToUnixTimeMilliseconds() / 1e3;

    private static string N(double? number) => number?.ToString("0.####", CultureInfo.InvariantCulture) ?? "-";
}
