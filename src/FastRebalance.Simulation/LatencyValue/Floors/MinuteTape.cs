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
            string date = string.Join('-', parts[Math.Max(0, parts.Length - 3)..]);
            if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
                continue;
            run = day == last.AddDays(1) ? [.. run, file] : [file];
            last = day;
            if (run.Count > longest.Count)
                longest = run;
        }
        return longest;
    }

    /// <summary>
    /// The log price of the pool's second token in the first, relative to its start; ticks are whole minutes from 0. A minute that is
    /// missing or broken keeps the price before it.
    /// </summary>
    public static PricePath Read(IEnumerable<string> files)
    {
        List<double> logs = [];
        DateTime start = default;
        foreach (string line in files.SelectMany(f => File.ReadLines(f).Skip(1)))
        {
            if (!TryParse(line, out DateTime minute, out int tick))
                continue;
            if (logs.Count == 0)
                start = minute;
            while (logs.Count > 0 && logs.Count < (minute - start).TotalMinutes)
                logs.Add(logs[^1]);
            logs.Add(-tick * s_logTick);
        }
        double first = logs.FirstOrDefault();
        double[] relative = [.. logs.Select(l => l - first)];
        return new PricePath([.. logs.Select((_, i) => i * Delays.Minute)], relative, relative, 0, 0);
    }

    public static PricePath Slice(PricePath path, int from, int minutes)
    {
        double[] logs = path.Logs.Slice(from, minutes + 1).ToArray();
        return new PricePath([.. Enumerable.Range(0, minutes + 1).Select(i => i * Delays.Minute)], logs, logs, 0, 0);
    }

    private static bool TryParse(string line, out DateTime minute, out int tick)
    {
        string[] cells = line.Split(',');
        (minute, tick) = (default, 0);
        return cells.Length > 3
            && DateTime.TryParseExact(cells[0], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out minute)
            && int.TryParse(cells[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out tick);
    }

    private static bool IsPool(string file) => File.ReadLines(file).FirstOrDefault()?.StartsWith(Header, StringComparison.Ordinal) ?? false;
}
