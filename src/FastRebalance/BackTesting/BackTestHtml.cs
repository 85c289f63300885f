using System.Globalization;
using System.Text.Json;
using FastRebalance.Charts;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.BackTesting;

/// <summary>The results as one page: figures first, then the path with its trades, then where the money went.</summary>
public static class BackTestHtml
{
    private const int MostAssets = 8;
    private const int MostTrades = 200;

    public static string Write(BackTestBook book)
    {
        BackTestResult result = book.Runs[0].Result;
        HtmlPage page = new($"Back-test of {book.Config.File.Portfolio.Name}");
        page.Paragraph($"{Times.Text(result.FromUnixNs)} to {Times.Text(result.ToUnixNs)} UTC, {book.Prices} prices. Simulated market: {book.Config.Section.Market.Description}.");
        Figures(page, book, result);
        page.Heading("Value");
        page.Chart(Value(book, result), "The portfolio net of all costs, what it began with left alone, and a portfolio that stands at the target always and pays nothing.");
        page.Heading("Weights");
        foreach (int asset in LargestAssets(result, book.Config.Symbols.Count))
            page.Chart(Weight(book, result, asset), $"Weight of {book.Config.Symbols[asset]}, its target and the configured band where there is one; dots are trades.");
        page.Heading("Drift");
        page.Chart(Drift(book, result), "The largest distance of a weight from its target; dots are trades, at the drift they were decided on.");
        page.Heading("Costs");
        Costs(page, book, result);
        Decisions(page, result);
        Sweep(page, book);
        Folds(page, book);
        page.Heading("Trades");
        Trades(page, book, result);
        return page.ToString();
    }

    private static void Figures(HtmlPage page, BackTestBook book, BackTestResult result)
    {
        page.Figures(
        [
            ("final value", N(result.FinalValue, "0.00"), $"from {N(result.InitialValue, "0.00")} {Cash(book)}"),
            ("trades", $"{result.ExecutedTrades}", $"{result.FailedTrades} failed; turnover {N(result.TurnoverPerYear, "0.00")} a year"),
            ("tracking error", $"{N(result.TrackingError * Bps.PerUnit, "0.0")} bp", $"left alone {N(result.BuyAndHoldTrackingError * Bps.PerUnit, "0.0")} bp"),
            ("costs", $"{N(result.CostBpsPerYear, "0.0")} bp a year", $"{N(result.Costs.Total, "0.00")} {Cash(book)}"),
            ("loss", $"{N(result.LossBpsPerYear, "0.0")} bp a year", $"{N(result.RiskAversion, "0.##")}/2 times squared tracking error, plus costs"),
            ("worst day", N((result.WorstDay?.Return ?? 0) * 100, "0.00") + " %", $"deepest fall {N(result.MaxDrawdown * 100, "0.00")} %"),
            .. book.Config.Section.Lending is null ? [] : new (string, string, string)[]
            {
                ("liquidations", $"{result.Liquidations}", $"least health {N(result.LeastHealth, "0.000")}; interest {N(result.Costs.Interest, "0.00")} {Cash(book)}"),
            },
        ]);
        page.Facts(
        [
            ("latency", $"{book.Config.Section.Latency}"), ("block time", $"{book.Config.Section.BlockTime}"),
            ("failures", N(book.Config.Section.FailureRate * 100, "0.##") + " %"), ("seed", $"{book.Config.Section.Seed}"),
            ("reading", $"{N(book.LoadTime.TotalMilliseconds, "0")} ms"), ("testing", $"{N(book.Runs[0].EngineTime.TotalMilliseconds, "0")} ms"),
        ]);
    }

    private static string Value(BackTestBook book, BackTestResult result)
    {
        IReadOnlyList<PathPoint> path = result.Path;
        double low = path.Min(p => Math.Min(p.Value, Math.Min(p.BuyAndHold, p.AtTarget))), high = path.Max(p => Math.Max(p.Value, Math.Max(p.BuyAndHold, p.AtTarget)));
        return LineChart.Draw(
            TimeAxis(result), Around($"value, {Cash(book)}", low, high),
            new Series("left alone", [.. path.Select(p => (Seconds(p.UnixNs), p.BuyAndHold))], 0),
            new Series("at target, no costs", [.. path.Select(p => (Seconds(p.UnixNs), p.AtTarget))], 3),
            new Series("portfolio", [.. path.Select(p => (Seconds(p.UnixNs), p.Value))], 1));
    }

    private static string Weight(BackTestBook book, BackTestResult result, int asset)
    {
        int width = book.Config.Symbols.Count;
        (double X, double Y)[] weights = [.. result.Path.Select((p, i) => (Seconds(p.UnixNs), 100.0 * result.PathWeights[(i * width) + asset]))];
        (double X, double Y)[] targets = [.. result.Path.Select((p, i) => (Seconds(p.UnixNs), 100.0 * result.PathTargets[(i * width) + asset]))];
        List<Series> series = [new Series("target", targets, 0)];
        double band = BandPercent(book.Config.File);
        if (band > 0)
        {
            series.Add(new Series("band", [.. targets.Select(t => (t.X, t.Y + band))], 5));
            series.Add(new Series("", [.. targets.Select(t => (t.X, t.Y - band))], 5));
        }
        series.Add(new Series("weight", weights, 1));
        series.Add(new Series("trades", Marks(result, asset, weights), 2, HasDots: true, HasLine: false));
        double low = Math.Min(weights.Min(p => p.Y), targets.Min(p => p.Y) - band), high = Math.Max(weights.Max(p => p.Y), targets.Max(p => p.Y) + band);
        return LineChart.Draw(TimeAxis(result), Around($"{book.Config.Symbols[asset]}, %", low, high), series);
    }

    private static string Drift(BackTestBook book, BackTestResult result)
    {
        int width = book.Config.Symbols.Count;
        (double X, double Y)[] drift = [.. result.Path.Select((p, row) => (Seconds(p.UnixNs), 100 * Enumerable.Range(0, width)
            .Max(i => Math.Abs((double)result.PathWeights[(row * width) + i] - result.PathTargets[(row * width) + i]))))];
        (double, double)[] trades = [.. Thinned(result.Trades).Select(t => (Seconds(t.DecidedUnixNs), 100 * t.MaxDrift))];
        double high = Math.Max(drift.Max(p => p.Y), trades.Length == 0 ? 0 : trades.Max(p => p.Item2));
        return LineChart.Draw(
            TimeAxis(result), Around("drift, %", 0, high), new Series("largest drift", drift, 1), new Series("trades", trades, 2, HasDots: true, HasLine: false));
    }

    private static void Costs(HtmlPage page, BackTestBook book, BackTestResult result)
    {
        CostLedger costs = result.Costs;
        page.Table([$"{Cash(book)}", "amount", "share"],
        [
            Row("fees and half-spread", costs.Fees), Row("impact", costs.Impact), Row("gas", costs.Gas), Row("gas of failed transactions", costs.FailedGas), Row("total", costs.Total),
        ]);
        page.Paragraph($"Between decision and execution prices moved {N(costs.AdverseMove, "0.00")} {Cash(book)} against the trades. That is part of the price moves, not of the total.");
        if (result.CostPerTrackingErrorRemoved is { } price)
            page.Paragraph($"{N(price, "0.###")} bp a year were paid per bp of tracking error that buy and hold would have had more.");

        string[] Row(string name, double amount) => [name, N(amount, "0.00"), costs.Total > 0 ? N(100 * amount / costs.Total, "0.0") + " %" : "-"];
    }

    private static void Decisions(HtmlPage page, BackTestResult result)
    {
        page.Heading("Decisions");
        page.Table(["how passes ended", "passes"], result.Verdicts.Select(v => (string[])[$"{v.Key}", $"{v.Value}"]));
        if (result.Refusals.Count + result.RouteFailures.Count > 0)
            page.Table(["why not", "passes"],
                result.Refusals.Select(v => (string[])[$"{v.Key}", $"{v.Value}"]).Concat(result.RouteFailures.Select(v => (string[])[$"{v.Key}", $"{v.Value}"])));
    }

    private static void Sweep(HtmlPage page, BackTestBook book)
    {
        if (book.Runs.Count == 1)
            return;
        page.Heading("Sweep");
        page.Table(["configuration", "loss, bp a year", "costs", "tracking error, bp", "trades", "against configured", "95 % interval"],
            book.Runs.OrderBy(r => r.Result.LossBpsPerYear).Select(run => (string[])
            [
                run.Name, N(run.Result.LossBpsPerYear, "0.00"), N(run.Result.CostBpsPerYear, "0.00"), N(run.Result.TrackingError * Bps.PerUnit, "0.0"),
                $"{run.Result.ExecutedTrades}", run.AgainstConfigured is { } d ? N(d.Mean, "+0.00;-0.00") : "-",
                run.AgainstConfigured is { } i ? $"{N(i.Low, "0.00")} to {N(i.High, "0.00")}" : "-",
            ]));
        page.Paragraph($"Intervals are of one-day blocks resampled. The best of {book.Runs.Count} configurations looks better than it is: only a walk forward judges a choice.");
    }

    private static void Folds(HtmlPage page, BackTestBook book)
    {
        if (book.Folds.Count == 0)
            return;
        page.Heading("Walk forward");
        page.Table(["tested from", "chosen before", "loss in training", "loss in test", "as configured", "best in hindsight"],
            book.Folds.Select(f => (string[])
            [
                Times.Text(f.TestFromUnixNs), f.Chosen.Count == 0 ? "as configured" : string.Join(", ", f.Chosen.Select(c => $"{c.Key}={c.Value}")),
                N(f.TrainLoss, "0.00"), N(f.TestLoss, "0.00"), N(f.ConfiguredTestLoss, "0.00"), N(f.BestTestLoss, "0.00"),
            ]));
    }

    private static void Trades(HtmlPage page, BackTestBook book, BackTestResult result)
    {
        if (result.Trades.Count > MostTrades)
            page.Paragraph($"The first {MostTrades} of {result.Trades.Count}.");
        page.Table(["decided", "executed", "status", "legs", "sold", "fees", "impact", "gas", "adverse move"],
            result.Trades.Take(MostTrades).Select(t => (string[])
            [
                Times.Text(t.DecidedUnixNs), Times.Text(t.ExecutedUnixNs), t.Failure is null ? $"{t.Status}" : $"{t.Status}: {t.Failure}",
                string.Join("; ", t.Legs.Select(l => $"{book.Config.Symbols[l.Sell.Index]} to {book.Config.Symbols[l.Buy.Index]}")),
                N(t.SoldNumeraire, "0.00"), N(t.Fees, "0.00"), N(t.Impact, "0.00"), N(t.Gas, "0.00"), N(t.AdverseMove, "0.00"),
            ]));
    }

    /// <summary>Trades of the asset, where the path stood at that time.</summary>
    private static (double, double)[] Marks(BackTestResult result, int asset, (double X, double Y)[] weights)
    {
        double[] times = [.. weights.Select(w => w.X)];
        return [.. Thinned(result.Trades)
            .Where(t => t.Status == SubmitStatus.Included && t.Legs.Any(l => l.Sell.Index == asset || l.Buy.Index == asset))
            .Select(t => (Seconds(t.ExecutedUnixNs), weights[Nearest(times, Seconds(t.ExecutedUnixNs))].Y))];
    }

    private static int Nearest(double[] times, double time)
    {
        int at = Array.BinarySearch(times, time);
        return Math.Clamp(at >= 0 ? at : ~at, 0, times.Length - 1);
    }

    /// <summary>A chart has no room for more marks than points.</summary>
    private static IEnumerable<SimulatedTrade> Thinned(IReadOnlyList<SimulatedTrade> trades)
    {
        const int most = 1_000;
        int step = (trades.Count / most) + 1;
        return trades.Where((_, i) => i % step == 0);
    }

    private static IEnumerable<int> LargestAssets(BackTestResult result, int width) =>
        Enumerable.Range(0, width).OrderByDescending(i => Enumerable.Range(0, result.Path.Count).Max(p => result.PathWeights[(p * width) + i])).Take(MostAssets);

    private static double BandPercent(ConfigFile file)
    {
        foreach (PluginSection trigger in file.Portfolio.Triggers)
            if (trigger.Options.TryGetProperty("absoluteBps", out JsonElement band) && band.TryGetDouble(out double bps))
                return bps / 100;
        return 0;
    }

    private static Axis TimeAxis(BackTestResult result) => Axis.Time("time, UTC", Seconds(result.FromUnixNs), Seconds(result.ToUnixNs));

    private static Axis Around(string title, double low, double high)
    {
        double margin = Math.Max((high - low) * 0.03, Math.Abs(high) * 1e-6 + 1e-9);
        return Axis.Linear(title, low == 0 ? 0 : low - margin, high + margin);
    }

    private static double Seconds(long unixNs) => unixNs / (double)Times.NsPerSecond;

    private static string Cash(BackTestBook book) => book.Config.Symbols[book.Config.File.Numeraire.Index];

    private static string N(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
