using System.Globalization;
using FastRebalance.Simulation.LatencyValue.Paths;

namespace FastRebalance.Simulation.LatencyValue.Floors;

/// <summary>Closing ticks of a Uniswap V3 pool by the minute, several days one after the other.</summary>
internal static class MinuteTape
{
    private const string Header = "timestamp,netAmount0,netAmount1,closeTick,";
    private static readonly double s_logTick = Math.Log(1.0001);

    /// <summary>The longest run of days without a gap, oldest first; empty where there are none.</summary>
    public static IReadOnlyList<string> FindDays(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        List<string> run = [], longest = [];
        DateOnly last = default;
        foreach (string file in Directory.EnumerateFiles(folder, "*.minute.csv").Where(IsPool).Order(StringComparer.Ordinal))
        {
            string[] parts = Path.GetFileName(file)[..^".minute.csv".Length].Split('-');
            if (parts.Length < 3 || !DateOnly.TryParseExact(string.Join('-', parts[^3..]), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
                continue;
            run = day == last.AddDays(1) ? [.. run, file] : [file];
            last = day;
            if (run.Count > longest.Count)
                longest = run;
        }
        return longest;
    }

    /// <summary>The price of the pool's second token in the first; ticks are whole minutes from 0. A line that is broken keeps the last price.</summary>
    public static PricePath Read(IEnumerable<string> files)
    {
        List<double> logs = [];
        foreach (string line in files.SelectMany(f => File.ReadLines(f).Skip(1)))
        {
            string[] cells = line.Split(',');
            bool isTick = cells.Length > 3 && int.TryParse(cells[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int _);
            logs.Add(isTick ? -int.Parse(cells[3], CultureInfo.InvariantCulture) * s_logTick : logs.LastOrDefault());
        }
        double start = logs.FirstOrDefault();
        double[] relative = [.. logs.Select(l => l - start)];
        return new PricePath([.. logs.Select((_, i) => i * Delays.Minute)], relative, relative, 0, 0);
    }

    public static PricePath Slice(PricePath path, int from, int minutes)
    {
        double[] logs = path.Logs.Slice(from, minutes + 1).ToArray();
        return new PricePath([.. Enumerable.Range(0, minutes + 1).Select(i => i * Delays.Minute)], logs, logs, 0, 0);
    }

    private static bool IsPool(string file) => File.ReadLines(file).FirstOrDefault()?.StartsWith(Header, StringComparison.Ordinal) ?? false;
}
