using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastRebalance.Bench.Rings;

/// <summary>Says what the ring bench found: as tables for people, or as one JSON document.</summary>
internal static class RingReport
{
    public static void WriteJson(Stream stream, RingBenchResult result) =>
        JsonSerializer.Serialize(stream, result, RingBenchJson.Default.RingBenchResult);

    public static void WriteText(TextWriter writer, RingBenchResult result)
    {
        writer.WriteLine($"machine  {result.Processor}, {result.Cores} cores, {result.System}");
        writer.WriteLine($"runtime  {result.Runtime}");
        writer.WriteLine($"load     {result.LoadAverage ?? "unknown"} after the run, this program's own threads among it");
        writer.WriteLine($"rings    {result.Options.RingSize} slots; {result.Options.Windows} windows an arm, in turns; "
            + $"threads {(result.Options.Pin ? "tied to cores" : "where the scheduler puts them")}");
        foreach (IGrouping<(string, int), RingThroughput> group in result.Throughput.GroupBy(t => (t.Shape, t.SlotBytes)))
            WriteGroup(writer, [.. group]);
        WriteHops(writer, result.Hops);
        writer.WriteLine();
        foreach (RingTarget target in result.Targets)
            writer.WriteLine($"{(target.IsMet ? "reached" : "MISSED ")}  {Times(target.ReachedTimes)} {target.Baseline} "
                + $"(wanted: {Times(target.WantedTimes)}), {target.SlotBytes} bytes, {target.Arm}");
        foreach (RingSkip skip in result.Skipped)
            writer.WriteLine($"skipped  {skip.Shape}, {skip.Arm}: {skip.Reason}");
        if (!result.Conclusive)
            writer.WriteLine($"{Environment.NewLine}INCONCLUSIVE where marked *: fewer cores ({result.Cores}) than busy threads; "
                + "these figures tell of the scheduler as much as of the queues");
    }

    private static void WriteGroup(TextWriter writer, RingThroughput[] arms)
    {
        RingThroughput first = arms[0];
        string[] baselines = [.. arms.Where(a => !a.IsOurs).Select(a => a.Arm)];
        writer.WriteLine();
        writer.WriteLine($"{first.Shape}, {first.SlotBytes} bytes, {first.BusyThreads} busy threads{(first.IsConclusive ? "" : " *")}");
        writer.WriteLine($"{"million a second",-26}{"median",9}{"min",9}{"max",9}{"batch",9}{"GC 0/1/2",10}{"hot bytes",11}"
            + string.Concat(baselines.Select(b => $"  {$"/ {b}",22}")));
        foreach (RingThroughput arm in arms)
            writer.WriteLine($"{arm.Arm,-26}{Millions(arm.OperationsPerSecond)}{Number(arm.AverageBatch?.Median ?? 1),9}"
                + $"{string.Join('/', arm.Collections),10}{arm.HotThreadBytes?.ToString(CultureInfo.InvariantCulture) ?? "?",11}"
                + string.Concat(arm.Ratios.Select(r => $"  {Ratio(r.Times),22}")));
    }

    private static void WriteHops(TextWriter writer, IReadOnlyList<RingHop> hops)
    {
        writer.WriteLine();
        writer.WriteLine($"one hop: half of a round trip between two threads{(hops.All(h => h.IsConclusive) ? "" : " *")}");
        writer.WriteLine($"{"nanoseconds",-26}{"p50",9}{"min p50",9}{"max p50",9}{"p99",10}{"p99.9",10}{"max",12}{"round trips",14}");
        foreach (RingHop hop in hops)
            writer.WriteLine($"{hop.Arm,-26}{Number(hop.P50Ns.Median),9}{Number(hop.P50Ns.Min),9}{Number(hop.P50Ns.Max),9}"
                + $"{Number(hop.P99Ns.Median),10}{Number(hop.P999Ns.Median),10}{Number(hop.MaxNs),12}{hop.RoundTrips,14}");
    }

    private static string Millions(RingSpread rate) =>
        $"{Number(rate.Median / 1e6),9}{Number(rate.Min / 1e6),9}{Number(rate.Max / 1e6),9}";

    private static string Ratio(RingSpread times) => $"{Times(times.Median)} ({Number(times.Min)}..{Number(times.Max)})";

    private static string Times(double times) => $"{Number(times)}×";

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.00" : value < 1000 ? "0.0" : "0", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RingBenchResult))]
internal sealed partial class RingBenchJson : JsonSerializerContext;
