using System.Globalization;
using System.Text.Json;
using FastRebalance.Bench.Latency;

namespace FastRebalance.Peers.Rings;

/// <summary>The tables as text or as one JSON document.</summary>
public static class RingReport
{
    /// <summary>A consumer that finds fewer events at a time than this keeps up with its producer; with more it lags behind.</summary>
    public const int LaggingFrom = 256;

    public static void WriteText(TextWriter output, IEnumerable<RingTable> tables)
    {
        output.WriteLine($"{Machine.Processor}, {Machine.Cores} cores, load {Machine.Load ?? "unknown"}; {Machine.System}; {Machine.Runtime}; {Cores.Description}");
        output.WriteLine("Ratios are to the peer with the best median (marked *), round by round; their median is shown. Above 1 is better than it.");
        foreach (RingTable table in tables)
            WriteText(output, table);
    }

    private static void WriteText(TextWriter output, RingTable table)
    {
        bool throughput = table.HigherIsBetter;
        output.WriteLine();
        output.WriteLine($"{table.Title} ({table.Unit}, {table.Figures[0].Length} rounds)");
        output.WriteLine($"  {"",-40}{"median",9}{"min",9}{"max",9}{"ratio",8}{(throughput ? "batch" : "p99"),10}"
            + (throughput ? $"{"lagging",16}{"keeping up",16}" : ""));
        for (int arm = 0; arm < table.Arms.Length; arm++)
        {
            double[] figures = table.Figures[arm], notes = table.Notes[arm];
            output.Write(Invariant($"{(arm == table.BestPeer ? '*' : ' ')} {table.Arms[arm].Name,-40}{RingTable.Median(figures),9:F1}{figures.Min(),9:F1}{figures.Max(),9:F1}"));
            output.Write(Invariant($"{table.Ratio(arm),8:F2}{RingTable.Median(notes),10:F0}"));
            if (throughput)
                output.Write($"{Regime(figures, notes, lagging: true),16}{Regime(figures, notes, lagging: false),16}");
            output.WriteLine();
        }
    }

    public static void WriteJson(Stream output, IEnumerable<RingTable> tables)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("processor", Machine.Processor);
        json.WriteNumber("cores", Machine.Cores);
        json.WriteString("load", Machine.Load);
        json.WriteString("system", Machine.System);
        json.WriteString("runtime", Machine.Runtime);
        json.WriteString("threads", Cores.Description);
        json.WriteStartArray("tables");
        foreach (RingTable table in tables)
            WriteJson(json, table);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter json, RingTable table)
    {
        json.WriteStartObject();
        json.WriteString("title", table.Title);
        json.WriteString("unit", table.Unit);
        json.WriteString("bestPeer", table.Arms[table.BestPeer].Name);
        json.WriteStartArray("arms");
        for (int arm = 0; arm < table.Arms.Length; arm++)
        {
            json.WriteStartObject();
            json.WriteString("name", table.Arms[arm].Name);
            json.WriteNumber("median", RingTable.Median(table.Figures[arm]));
            json.WriteNumber("ratioToBestPeer", table.Ratio(arm));
            Write(json, "rounds", table.Figures[arm]);
            Write(json, table.HigherIsBetter ? "averageBatches" : "p99", table.Notes[arm]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double[] values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
            json.WriteNumberValue(Math.Round(value, 2));
        json.WriteEndArray();
    }

    private static string Regime(double[] figures, double[] batches, bool lagging)
    {
        double[] inIt = [.. figures.Where((_, round) => batches[round] >= LaggingFrom == lagging)];
        return inIt.Length == 0 ? "-" : Invariant($"{RingTable.Median(inIt):F1} ({inIt.Length})");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
