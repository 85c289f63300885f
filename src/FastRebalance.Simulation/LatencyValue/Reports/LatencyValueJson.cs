using System.Text.Json;
using FastRebalance.Simulation.LatencyValue.Checks;

namespace FastRebalance.Simulation.LatencyValue.Reports;

/// <summary>The experiment for programs: the report's numbers. Times are nanoseconds; what is not known is null.</summary>
public static class LatencyValueJson
{
    public static void Write(Utf8JsonWriter to, LatencyValueBook book)
    {
        to.WriteStartObject();
        to.WriteBoolean("right", book.IsRight);
        to.WriteNumber("seeds", book.Options.Seeds);
        to.WriteBoolean("quick", book.Options.Quick);
        Array(to, "checks", book.Checks, WriteCheck);
        Texts(to, "headline", Headline.Of(book));
        Texts(to, "notRun", book.NotRun);
        Array(to, "curves", book.Curves, WriteCurve);
        Array(to, "tapes", book.Tapes, WriteTape);
        Array(to, "tapeCuts", book.TapeCuts, WriteCut);
        Array(to, "floors", book.Floors, WriteFloor);
        to.WriteEndObject();
    }

    private static void WriteCheck(Utf8JsonWriter to, Check check)
    {
        to.WriteString("name", check.Name);
        to.WriteString("source", check.Source);
        to.WriteString("unit", check.Unit);
        Number(to, "expected", check.Expected);
        Estimated(to, "measured", check.Measured);
        Number(to, "tolerance", check.Tolerance);
        to.WriteBoolean("passed", check.Passed);
    }

    private static void WriteCurve(Utf8JsonWriter to, PolicyCurve curve)
    {
        to.WriteString("world", curve.World);
        to.WriteString("policy", curve.Policy);
        to.WriteString("side", curve.Side.ToString().ToLowerInvariant());
        to.WriteNumber("flatUntilNs", curve.FlatUntil);
        Array(to, "points", curve.Points, WritePoint);
        Array(to, "cuts", curve.Cuts, WriteCut);
    }

    private static void WritePoint(Utf8JsonWriter to, CostPoint point)
    {
        to.WriteNumber("delayNs", point.Delay);
        Estimated(to, "trackingBpsPerYear", point.Tracking);
        Estimated(to, "adverseBpsPerYear", point.Adverse);
        Estimated(to, "feesBpsPerYear", point.Fees);
        Estimated(to, "missedSlotBpsPerYear", point.Missed);
        Estimated(to, "floorBpsPerYear", point.Floor);
        Estimated(to, "staleQuotesBpsPerYear", point.StaleQuotes);
        Estimated(to, "totalBpsPerYear", point.Total);
        Estimated(to, "overNoLatencyBpsPerYear", point.OverNoLatency);
        Estimated(to, "trackingAndFeesOverNoLatencyBpsPerYear", point.TrackingAndFeesOverNoLatency);
        Estimated(to, "adverseBpsPerTrade", point.AdversePerTrade);
        Number(to, "tradesPerYear", point.TradesPerYear);
        to.WriteStartArray("missedSlotBpsPerTrade");
        for (int i = 0; i < point.MissedPerTrade.Count; i++)
        {
            to.WriteStartObject();
            to.WriteNumber("slotNs", Delays.Slots[i]);
            Estimated(to, "bps", point.MissedPerTrade[i]);
            to.WriteEndObject();
        }
        to.WriteEndArray();
    }

    private static void WriteCut(Utf8JsonWriter to, LatencyCut cut)
    {
        to.WriteNumber("fromNs", cut.From);
        to.WriteNumber("toNs", cut.To);
        Estimated(to, "savedBpsPerYear", cut.PerYear ?? new Estimate(double.NaN, double.NaN));
        Estimated(to, "savedBpsPerTrade", cut.PerTrade ?? new Estimate(double.NaN, double.NaN));
    }

    private static void WriteTape(Utf8JsonWriter to, TapeStudy tape)
    {
        to.WriteString("name", tape.Name);
        to.WriteNumber("lines", tape.Lines);
        to.WriteNumber("broken", tape.Broken);
        to.WriteNumber("ticks", tape.Ticks);
        Number(to, "seconds", tape.Seconds);
        Number(to, "halfSpreadBps", tape.HalfSpreadBps);
        Array(to, "moves", tape.Moves, (w, move) =>
        {
            w.WriteNumber("delayNs", move.Delay);
            w.WriteNumber("triggers", move.Triggers);
            Estimated(w, "bps", move.Signed);
            Estimated(w, "upBps", move.Up);
            Estimated(w, "downBps", move.Down);
        });
        Array(to, "cuts", tape.Cuts, WriteCut);
        Array(to, "staleQuotes", tape.Quotes, (w, quote) =>
        {
            w.WriteNumber("intervalNs", quote.Interval);
            Number(w, "lossPerSecond", quote.LossPerSecond);
            w.WriteNumber("trades", quote.Trades);
        });
    }

    private static void WriteFloor(Utf8JsonWriter to, FloorRow row)
    {
        to.WriteString("market", row.Market);
        Number(to, "multiplier", row.Multiplier);
        to.WriteNumber("delayNs", row.Delay);
        to.WriteNumber("windows", row.Windows);
        to.WriteNumber("breaches", row.Breaches);
        Number(to, "worstBps", row.WorstBps);
    }

    private static void Array<T>(Utf8JsonWriter to, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        to.WriteStartArray(name);
        foreach (T item in items)
        {
            to.WriteStartObject();
            write(to, item);
            to.WriteEndObject();
        }
        to.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter to, string name, IEnumerable<string> texts)
    {
        to.WriteStartArray(name);
        foreach (string text in texts)
            to.WriteStringValue(text);
        to.WriteEndArray();
    }

    private static void Estimated(Utf8JsonWriter to, string name, Estimate estimate)
    {
        to.WriteStartObject(name);
        Number(to, "mean", estimate.Mean);
        Number(to, "standardError", estimate.StandardError);
        to.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter to, string name, double value)
    {
        if (double.IsFinite(value))
            to.WriteNumber(name, value);
        else
            to.WriteNull(name);
    }
}
