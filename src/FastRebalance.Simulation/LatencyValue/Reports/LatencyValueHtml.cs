using System.Globalization;
using FastRebalance.Charts;
using FastRebalance.Simulation.LatencyValue.Checks;
using FastRebalance.Simulation.LatencyValue.Policies;

namespace FastRebalance.Simulation.LatencyValue.Reports;

/// <summary>The experiment as one page with plots, which asks nothing of any network.</summary>
public static class LatencyValueHtml
{
    private const string ReactionTime = "reaction time, from the price that calls for the trade to its fill";

    public static string Write(LatencyValueBook book)
    {
        if (!book.IsRight)
            throw new InvalidOperationException("the simulator misses a closed form: there is nothing to report");
        HtmlPage page = new("What reaction time is worth");
        if (book.Options.Quick)
            page.Banner("A quick run: short paths and wide tolerances. It shows that everything runs, not what latency is worth.");
        foreach (string line in Headline.Of(book))
            page.Paragraph(line);
        foreach (string line in book.NotRun)
            page.Banner(line);
        AddMethod(page, book);
        AddChecks(page, book);
        AddCuts(page, book);
        AddSides(page, book);
        AddTapes(page, book);
        AddQuotes(page, book);
        AddSlots(page, book);
        AddFloors(page, book);
        foreach (PolicyCurve curve in book.Curves.Where(c => c.Side != PolicySide.Quoting))
            AddSplit(page, curve);
        AddLimits(page);
        return page.ToString();
    }

    private static void AddMethod(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("How it was measured");
        if (book.Options.CommandLine.Length > 0)
            page.Code(book.Options.CommandLine);
        page.Paragraph($"Each of {book.Options.Seeds} seeds draws one path of the price, known to 64 ns, and every policy trades on it once with every delay: "
            + "differences between delays are differences on the same path. A policy decides at the exact moment the price leaves its band; its order "
            + "has a fixed amount and fills at the price of one delay later. ± is one standard error over seeds, or over triggers on a tape.");
        page.Paragraph("Costs are in basis points of the portfolio for each year: being off target (γ/2 times its variance, γ = 5), the price's move against "
            + "the order on its way, fees and gas, a missed slot (its chance times the move of one slot more), floors broken and liquidations, and for pools what stale prices lose.");
        page.Paragraph("Two worlds: a diffusion of 80 % a year, in which prices have no memory, and generated order flow, in which orders call forth more "
            + "of their kind, with jumps and a diffusion. Its rates are chosen, not fitted: it shows the shape; the tapes show the size.");
    }

    private static void AddChecks(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("Closed forms first");
        page.Paragraph("Had one of these been missed, there would be no report.");
        page.Table(["simulated", "expected", "measured", "± s.e.", "tolerance", "unit", "passed", "formula"], book.Checks.Select(c => (IReadOnlyList<string>)
            [c.Name, G(c.Expected), G(c.Measured.Mean), G(c.Measured.StandardError, 2), G(c.Tolerance, 2), c.Unit, c.Passed ? "yes" : "NO", c.Source]));
    }

    private static void AddCuts(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("What a faster reaction saves");
        page.Paragraph("Above zero: being faster is cheaper. Below zero: it costs. Per trade it is the move against the order alone, in basis points of what it trades; "
            + "per year all parts together. With 95 % intervals.");
        page.Table(["policy", "world", "side", "cut", "saved, bp a trade", "95 %", "saved, bp a year", "95 %"],
            book.Curves.SelectMany(c => c.Cuts.Select(cut => CutRow(c.Policy, c.World, Side(c.Side), cut)))
                .Concat(book.TapeCuts.Select(cut => CutRow("1 bp of drift", "all recorded tapes", "trend", cut)))
                .Concat(book.Tapes.SelectMany(t => t.Cuts.Select(cut => CutRow("1 bp of drift", t.Name, "trend", cut)))));
    }

    private static IReadOnlyList<string> CutRow(string policy, string world, string side, LatencyCut cut) =>
        [policy, world, side, $"{Delays.Text(cut.From)} → {Delays.Text(cut.To)}", Mean(cut.PerTrade), Interval(cut.PerTrade), Mean(cut.PerYear), Interval(cut.PerYear)];

    private static void AddSides(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("With the trend, against it");
        List<Series> lines = [.. book.Curves.Where(c => c.World == "order flow" && c.Side != PolicySide.Quoting)
            .Select((c, i) => Line(c.Policy, p => p.AdversePerTrade.Mean, 1 + i % 5, c.Points.Where(p => p.Delay <= Delays.Minute)))];
        page.Chart(Draw("move against the order, bp", lines), "Generated order flow. A floor and leverage buy what rises: the price runs away from them. "
            + "A constant mix sells it: what still comes is in its favour, so haste costs it.");
        List<Series> flat = [.. book.Curves.Where(c => c.World == "diffusion" && c.Side != PolicySide.Quoting)
            .Select((c, i) => Line(c.Policy, p => p.OverNoLatency.Mean, 1 + i % 5, c.Points))];
        page.Chart(Draw("total over no latency, bp a year", flat), "Diffusion: without memory in the price, what remains is being off target for longer, and noise.");
    }

    private static void AddTapes(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("After a drift of 1 bp on recorded books");
        page.Paragraph("The mid price's further move in the direction of the drift, basis points: an order on the trend's side pays it, one on the other side gains it.");
        foreach (IEnumerable<TapeStudy> some in book.Tapes.Chunk(5))
            page.Chart(Draw("further move, bp", [.. some.Select((t, i) => new Series(t.Name,
                [.. t.Moves.Where(m => m.Delay > 0).Select(m => (m.Delay / 1e9, m.Signed.Mean))], 1 + i, HasDots: true))]),
                "Mean over triggers; the table has the errors.");
        long[] shown = [Delays.Millisecond / 10, Delays.Millisecond, 10 * Delays.Millisecond, 100 * Delays.Millisecond, Delays.Second];
        page.Table(["tape", "ticks", "broken lines", "half spread", "triggers", .. shown.Select(d => Delays.Text(d)), "up, 100 ms", "down, 100 ms"],
            book.Tapes.Select(t => (IReadOnlyList<string>)
            [
                t.Name, Text($"{t.Ticks}"), Text($"{t.Broken} of {t.Lines}"), Text($"{t.HalfSpreadBps:0.000}"), Text($"{t.Moves[0].Triggers}"),
                .. shown.Select(d => t.Moves.First(m => m.Delay == d).Signed.Text()),
                t.Moves.First(m => m.Delay == 100 * Delays.Millisecond).Up.Text(), t.Moves.First(m => m.Delay == 100 * Delays.Millisecond).Down.Text(),
            ]));
    }

    private static void AddQuotes(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("Stale quotes");
        List<Series> lines = [.. book.Curves.Where(c => c.Side == PolicySide.Quoting)
            .Select((c, i) => Line($"{c.Policy}, {c.World}", p => p.StaleQuotes.Mean, 1 + i, c.Points.Where(p => p.Delay <= Delays.Minute)))];
        page.Chart(Draw("lost to stale prices, bp of the pool a year", lines), "A pool that can be traded against once per interval. In a diffusion the loss falls "
            + "with the root of the interval; where prices jump from order to order there is a part no speed takes away.");
        page.Table(["tape, fee 1 bp, 1e-10 a second for a unit of P²·|x′(P)|", .. book.Tapes.FirstOrDefault()?.Quotes.Select(q => Delays.Text(q.Interval)) ?? []],
            book.Tapes.Select(t => (IReadOnlyList<string>)[t.Name, .. t.Quotes.Select(q => Text($"{q.LossPerSecond / 1e-10:0.0}"))]));
    }

    private static void AddSlots(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("Missing a slot");
        long[] slots = [.. Delays.Slots.Where(s => s > 0)];
        List<Series> lines = [.. slots.Select((slot, i) => new Series($"slot of {Delays.Text(slot)}",
            [.. Delays.All.Where(d => d > 0).Select(d => (d / 1e9, 100 * PolicyRun.ChanceToMiss(d, Delays.Millisecond, slot)))], 1 + i))];
        page.Chart(Draw("chance to miss it, %", lines), "Reaction time and a millisecond of sending over the slot: below a hundredth of the slot there is nothing left to win.");
        PolicyCurve[] curves = [.. book.Curves.Where(c => c.World == "order flow" && c.Side != PolicySide.Quoting)];
        page.Table(["cost of missed slots, bp a trade", .. slots.SelectMany(s => new[] { $"{Delays.Text(s)}, at 100 ms", $"{Delays.Text(s)}, at 1 ms" })],
            curves.Select(c => (IReadOnlyList<string>)[c.Policy, .. slots.SelectMany(s => new[] { Missed(c, s, 100 * Delays.Millisecond), Missed(c, s, Delays.Millisecond) })]));
    }

    private static void AddFloors(HtmlPage page, LatencyValueBook book)
    {
        page.Heading("Floors by the minute");
        page.Paragraph("A floor of 90 %, rebalanced when the exposure is 5 % off; minutes are all these prices have. Read it as the multiplier a delay allows.");
        page.Table(["market", "multiplier", "delay", "windows", "broken", "worst, bp below"], book.Floors.Select(r => (IReadOnlyList<string>)
            [r.Market, G(r.Multiplier), Delays.Text(r.Delay), Text($"{r.Windows}"), Text($"{r.Breaches}"), Text($"{r.WorstBps:0.0}")]));
    }

    private static void AddSplit(HtmlPage page, PolicyCurve curve)
    {
        page.Heading($"{curve.Policy}, {curve.World}");
        CostPoint none = curve.Points[0];
        (string Name, Func<CostPoint, Estimate> Of)[] parts =
        [
            ("off target", p => p.Tracking), ("move against", p => p.Adverse), ("fees and gas", p => p.Fees), ("missed slot", p => p.Missed), ("floors", p => p.Floor),
        ];
        List<Series> lines = [.. parts.Select((part, i) => Line(part.Name, p => part.Of(p).Mean - part.Of(none).Mean, 1 + i, curve.Points))];
        lines.Add(Line("total", p => p.OverNoLatency.Mean, 0, curve.Points));
        page.Chart(Draw("over no latency, bp a year", lines),
            $"Each part less the same part without latency. Flat up to {Delays.Text(curve.FlatUntil)}, to 0.1 bp a year or within noise.");
        page.Table(["delay", .. parts.Select(p => p.Name), "total", "over no latency", "move against, bp a trade", "trades a year"], curve.Points.Select(p => (IReadOnlyList<string>)
        [
            Delays.Text(p.Delay), .. parts.Select(part => part.Of(p).Text("0.00")), p.Total.Text("0.00"), p.OverNoLatency.Text("0.00"), p.AdversePerTrade.Text(),
            Text($"{p.TradesPerYear:0}"),
        ]));
    }

    private static void AddLimits(HtmlPage page)
    {
        page.Heading("What this does not show");
        page.Paragraph("The recorded books are minutes long, from one venue and two nights, and overlap in time: their errors are errors over triggers, not over markets. "
            + "Nobody reacts to our orders: no impact, no rivals for the same price, no queue. The generated order flow is a model with chosen rates. Fees, gas and γ are assumptions; "
            + "other ones move the levels, the sign by side stays. No drift in prices, no funding, no interest.");
    }

    private static Series Line(string name, Func<CostPoint, double> value, int colour, IEnumerable<CostPoint> shown) =>
        new(name, [.. shown.Where(p => p.Delay > 0).Select(p => (p.Delay / 1e9, value(p)))], colour, HasDots: colour > 0);

    private static string Draw(string title, IReadOnlyList<Series> lines)
    {
        double low = Math.Min(0, lines.SelectMany(l => l.Points).Select(p => p.Y).DefaultIfEmpty(0).Min());
        double high = Math.Max(low + 1e-3, lines.SelectMany(l => l.Points).Select(p => p.Y).DefaultIfEmpty(1).Max());
        double margin = 0.04 * (high - low);
        double last = lines.SelectMany(l => l.Points).Select(p => p.X).DefaultIfEmpty(1).Max();
        Axis x = Axis.Logarithmic(ReactionTime, 1e-6, Math.Min(last, 1000), s => Delays.Text(s * 1e9));
        return LineChart.Draw(x, Axis.Linear(title, low < 0 ? low - margin : 0, high + margin), lines);
    }

    private static string Missed(PolicyCurve curve, long slot, long delay) =>
        curve.Points[Delays.IndexOf(delay)].MissedPerTrade[Delays.Slots.ToList().IndexOf(slot)].Text();

    private static string Side(PolicySide side) => side.ToString().ToLowerInvariant();

    private static string Mean(Estimate? estimate) => estimate is { } e ? e.Text() : "–";

    private static string Interval(Estimate? estimate) => estimate is { } e ? Text($"{e.Low:0.000} … {e.High:0.000}") : "–";

    private static string G(double value, int digits = 5) => value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
