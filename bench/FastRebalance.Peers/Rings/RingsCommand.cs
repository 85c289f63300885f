using System.CommandLine;

namespace FastRebalance.Peers.Rings;

/// <summary>`rings`: our ring beside Disruptor-net's and beside what the machine allows.</summary>
public static class RingsCommand
{
    private const int Events = 3_000_000;
    private const int LargeRing = 65_536;
    private const int SmallRing = 256;
    private const int Trips = 50_000;
    private const long PauseNs = 1_000;

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "windows of each ring in each table", DefaultValueFactory = _ => 15 };
        Option<string[]> only = new("--only") { Description = "tables whose title holds one of these words", AllowMultipleArgumentsPerToken = true };
        Option<bool> json = new("--json") { Description = "one JSON document instead of tables" };
        Command command = new("rings", "Throughput and round trip of our ring and of Disruptor-net's, in turns within one process.") { rounds, only, json };
        command.SetAction(given =>
        {
            List<RingTable> tables = [.. Measure(given.GetValue(only) ?? [], given.GetValue(rounds))];
            if (given.GetValue(json))
                RingReport.WriteJson(Console.OpenStandardOutput(), tables);
            else
                RingReport.WriteText(Console.Out, tables);
            return 0;
        });
        return command;
    }

    private static IEnumerable<RingTable> Measure(string[] only, int rounds)
    {
        foreach ((string title, Func<string, RingTable> run) in Tables(rounds))
            if (only.Length == 0 || only.Any(word => title.Contains(word, StringComparison.OrdinalIgnoreCase)))
                yield return run(title);
    }

    private static IEnumerable<(string Title, Func<string, RingTable> Run)> Tables(int rounds)
    {
        foreach ((string how, int batch) in new[] { ("one by one", 1), ("ten at a time", 10) })
        {
            foreach ((string size, int slots) in new[] { ("large ring", LargeRing), ("small ring", SmallRing) })
            {
                Job job = new(slots, Events, batch);
                yield return ($"{how}, 8-byte slots, {size}", title =>
                    RingRun.Throughput(title, RingArms.ForThroughput<NarrowSlot>(8), job, rounds));
                yield return ($"{how}, 128-byte slots, {size}", title =>
                    RingRun.Throughput(title, RingArms.ForThroughput<WideSlot>(128), job with { Events = Events / 2 }, rounds));
            }
        }

        yield return ("round trip, median", title => RingRun.RoundTrip(title, RingArms.ForRoundTrip(), Trips, PauseNs, rounds));
    }
}
