using System.Globalization;

namespace FastRebalance.Simulation.LatencyValue.Reports;

/// <summary>The findings in words. Every word that could be otherwise is chosen by the numbers.</summary>
public static class Headline
{
    public static IReadOnlyList<string> Of(LatencyValueBook book)
    {
        if (!book.IsRight)
            return ["The simulator misses a closed form: nothing it says about latency is to be believed, and nothing is reported."];
        List<string> lines = [.. Recorded(book), .. Generated(book), Quoting(book), Bands(book), Slots(), Floors(book)];
        return [.. lines.Where(l => l.Length > 0)];
    }

    private static IEnumerable<string> Recorded(LatencyValueBook book)
    {
        if (book.TapeCuts.Count == 0)
            yield break;
        TapeStudy[] tapes = [.. book.Tapes.Where(t => t.Lines > 0)];
        Estimate[] each = [.. tapes.Select(t => t.Cuts[0].PerTrade!.Value)];
        yield return $"On {tapes.Length} recorded tapes, an order on the trend's side (floors, leverage, hedges of short gamma) "
            + $"{Change(book.TapeCuts[0].PerTrade!.Value, "bp of what it trades")} when its reaction time falls from {Cut(book.TapeCuts[0])} "
            + $"({tapes.Sum(t => t.Moves[0].Triggers)} triggers; by tape from {Number(each.Min(e => e.Mean))} to {Number(each.Max(e => e.Mean))} bp). "
            + "An order on the other side, as a constant mix sends, has the same number with the other sign.";
        yield return "Beyond that, on the same tapes: " + string.Join("; ", book.TapeCuts.Skip(1).Select(c =>
            $"from {Cut(c)} it {Change(c.PerTrade!.Value, "bp of what it trades")}")) + ".";
    }

    private static IEnumerable<string> Generated(LatencyValueBook book)
    {
        foreach (PolicyCurve curve in book.Curves.Where(c => c.World == "order flow" && c.Side != PolicySide.Quoting))
            if (curve.Cuts[0] is { PerTrade: { } perTrade, PerYear: { } perYear } cut)
                yield return $"In generated order flow, \"{curve.Policy}\" ({Side(curve.Side)} side) {Change(perTrade, "bp of what it trades")} "
                    + $"from {Cut(cut)}; {Change(perYear, "bp of the portfolio a year")}.";
    }

    private static string Quoting(LatencyValueBook book)
    {
        PolicyCurve[] curves = [.. book.Curves.Where(c => c.Side == PolicySide.Quoting)];
        return curves.Length == 0 ? "" : "A pool that is refreshed once per reaction time: " + string.Join("; ", curves.Select(c =>
            $"in {World(c.World)} it {Change(c.Cuts[0].PerYear!.Value, "bp of its value a year", "0.0")} from {Cut(c.Cuts[0])}")) + ".";
    }

    private static string Bands(LatencyValueBook book)
    {
        PolicyCurve[] bands = [.. book.Curves.Where(c => c.World == "diffusion" && c.Side == PolicySide.Contrarian)];
        if (bands.Length == 0)
            return "";
        PolicyCurve shortest = bands.MinBy(b => b.FlatUntil)!;
        int minute = Delays.IndexOf(Delays.Minute), quarter = Delays.IndexOf(15 * Delays.Minute);
        string found = shortest.FlatUntil >= Delays.Minute
            ? $"Plain band rebalancing gains nothing from speed: up to {Delays.Text(shortest.FlatUntil)} no delay costs any band more than none does"
            : $"In this run a delay beyond {Delays.Text(shortest.FlatUntil)} costs \"{shortest.Policy}\" more than none does";
        return $"{found} (to 0.1 bp a year or within noise). Being off target, fees and gas of \"{bands[1].Policy}\" change by "
            + $"{bands[1].Points[minute].TrackingAndFeesOverNoLatency.Text()} bp a year with a minute of delay and by "
            + $"{bands[1].Points[quarter].TrackingAndFeesOverNoLatency.Text()} with a quarter of an hour.";
    }

    private static string Slots() =>
        "Against a slot's deadline, the chance to miss falls from 100 ms to 1 ms (1 ms of sending on top) "
        + string.Join(", ", Delays.Slots.Where(s => s > 0).Select(s => string.Create(CultureInfo.InvariantCulture,
            $"from {Chance(100 * Delays.Millisecond, s):0.00}% to {Chance(Delays.Millisecond, s):0.00}% for {Delays.Text(s)}")))
        + "; below a millisecond there is nothing left to win.";

    private static string Floors(LatencyValueBook book)
    {
        if (book.Floors.Count == 0)
            return "";
        return "Floors by the minute, broken without delay, at 5 min and at 60 min: " + string.Join("; ", book.Floors.GroupBy(r => (r.Market, r.Multiplier))
            .Where(g => g.Any(r => r.Breaches > 0))
            .Select(g => $"{g.Key.Market}, multiplier {g.Key.Multiplier}: {Broken(g, 0)}, {Broken(g, 5 * Delays.Minute)} and "
                + $"{Broken(g, 60 * Delays.Minute)} of {g.First().Windows}")) + "; all others held.";
    }

    private static int Broken(IEnumerable<FloorRow> rows, long delay) => rows.First(r => r.Delay == delay).Breaches;

    private static double Chance(long delay, long slot) => 100 * Policies.PolicyRun.ChanceToMiss(delay, Delays.Millisecond, slot);

    private static string Change(Estimate saved, string unit, string format = "0.000")
    {
        string text = $"{new Estimate(Math.Abs(saved.Mean), saved.StandardError).Text(format)} {unit}";
        return double.IsNaN(saved.StandardError) ? "trades too rarely to tell" : !saved.IsBeyondNoise ? $"does not measurably change ({saved.Text(format)} {unit})"
            : saved.Mean > 0 ? $"saves {text}" : $"loses {text}";
    }

    private static string Cut(LatencyCut cut) => $"{Delays.Text(cut.From)} to {Delays.Text(cut.To)}";

    private static string Side(PolicySide side) => side == PolicySide.Trend ? "trend's" : "contrarian";

    private static string World(string world) => world == "diffusion" ? "a diffusion" : "generated order flow";

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
