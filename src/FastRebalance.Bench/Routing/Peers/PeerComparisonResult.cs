using System.Text.Json;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>What the comparison found.</summary>
/// <param name="Search">Which of our solvers was at work.</param>
/// <param name="Rows">By instance and peer.</param>
/// <param name="Wrong">What must not be: answers that do not hold, and orders for which our plan brings less; empty where all is right.</param>
public sealed record PeerComparisonResult(
    string Processor, int Cores, string Runtime, string? Load, string Search, IReadOnlyList<PeerRow> Rows, IReadOnlyList<string> Wrong)
{
    public bool IsRight => Wrong.Count == 0 && Rows.Count > 0;

    /// <summary>One JSON document.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("processor", Processor);
        writer.WriteNumber("cores", Cores);
        writer.WriteString("runtime", Runtime);
        writer.WriteString("load", Load);
        writer.WriteString("search", Search);
        writer.WriteStartArray("peers");
        foreach (PeerRow row in Rows)
            WriteJson(writer, row);
        writer.WriteEndArray();
        writer.WriteStartArray("wrong");
        foreach (string wrong in Wrong)
            writer.WriteStringValue(wrong);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Lines for people.</summary>
    public void WriteText(TextWriter writer)
    {
        Line($"{Processor}, {Cores} cores, {Runtime}{(Load is null ? "" : $", load {Load}")}; {Search} search");
        Line($"output: ours by the peer's, smallest and median; microseconds: medians; times: the peer's by ours");
        writer.WriteLine("  peer                      pools orders     path min    median   basket min    median     peer us  path us  basket us  times path  basket");
        foreach (PeerRow row in Rows)
            Line($"  {row.Peer,-25} {row.Pools,5} {row.Orders,6}   {row.PathRatioMin,10:0.000000} {row.PathRatioMedian,9:0.000000}   {row.BasketRatioMin,10:0.000000} {row.BasketRatioMedian,9:0.000000}   {row.PeerUs,9:0.0}  {row.PathUs,7:0.0}  {row.BasketUs,9:0.0}  {row.PathTimes,10:0}  {row.BasketTimes,6:0}");
        foreach (string wrong in Wrong)
            Line($"WRONG: {wrong}");

        void Line(FormattableString text) => writer.WriteLine(FormattableString.Invariant(text));
    }

    private static void WriteJson(Utf8JsonWriter writer, PeerRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("peer", row.Peer);
        writer.WriteNumber("pools", row.Pools);
        writer.WriteNumber("orders", row.Orders);
        writer.WriteNumber("pathRatioMin", row.PathRatioMin);
        writer.WriteNumber("pathRatioMedian", row.PathRatioMedian);
        writer.WriteNumber("basketRatioMin", row.BasketRatioMin);
        writer.WriteNumber("basketRatioMedian", row.BasketRatioMedian);
        Number("peerP50Us", row.PeerUs);
        Number("pathP50Us", row.PathUs);
        Number("basketP50Us", row.BasketUs);
        Number("pathTimes", row.PathTimes);
        Number("basketTimes", row.BasketTimes);
        writer.WriteEndObject();

        void Number(string name, double value) => writer.WriteNumber(name, Math.Round(value, 2));
    }
}
