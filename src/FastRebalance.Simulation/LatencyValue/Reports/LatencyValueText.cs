using System.Globalization;
using FastRebalance.Simulation.LatencyValue.Checks;

namespace FastRebalance.Simulation.LatencyValue.Reports;

/// <summary>The experiment for a person at a terminal.</summary>
public static class LatencyValueText
{
    public static void Write(TextWriter to, LatencyValueBook book)
    {
        to.WriteLine("closed forms");
        foreach (Check check in book.Checks)
            to.WriteLine(Text($"  {(check.Passed ? "ok   " : "WRONG")} {check.Name}: expected {check.Expected:G5}, measured {check.Measured.Mean:G5} ± {check.Measured.StandardError:G2}, tolerance {check.Tolerance:G2} {check.Unit}"));
        foreach (PolicyCurve curve in book.Curves)
            WriteCurve(to, curve);
        foreach (TapeStudy tape in book.Tapes)
        {
            to.WriteLine(Text($"tape {tape.Name}: {tape.Ticks} ticks in {tape.Seconds:0} s, {tape.Broken} broken lines; further move after 1 bp, bp"));
            to.WriteLine("  " + string.Join("  ", tape.Moves.Where(m => m.Delay > 0).Select(m => $"{Delays.Text(m.Delay)} {m.Signed.Text()}")));
        }
        to.WriteLine("in short");
        foreach (string line in Headline.Of(book))
            to.WriteLine($"  - {line}");
        foreach (string line in book.NotRun)
            to.WriteLine($"  ! {line}");
    }

    private static void WriteCurve(TextWriter to, PolicyCurve curve)
    {
        to.WriteLine($"{curve.World}, {curve.Policy} ({curve.Side.ToString().ToLowerInvariant()}): bp of the portfolio a year");
        foreach (CostPoint p in curve.Points)
            to.WriteLine(Text($"  {Delays.Text(p.Delay),7}  total {p.Total.Text("0.00"),18}  over none {p.OverNoLatency.Text("0.00"),16}  move against {p.AdversePerTrade.Text(),16} bp/trade"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
