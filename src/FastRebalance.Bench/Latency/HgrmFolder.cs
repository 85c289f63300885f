using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Latency;

/// <summary>Every histogram of every run as a .hgrm file of its own, for the plotters that read them.</summary>
internal static class HgrmFolder
{
    /// <summary>Writes <c>mode-rate[-run]-measure.hgrm</c>; the folder is made where it is missing.</summary>
    public static void Write(string folder, LatencyBook book)
    {
        Directory.CreateDirectory(folder);
        foreach (IGrouping<string, LatencyRun> equal in book.Runs.GroupBy(NameOf))
            foreach ((int index, LatencyRun run) in equal.Index())
                Write(folder, equal.Count() > 1 ? $"{equal.Key}-{index + 1}" : equal.Key, run);
        foreach (LatencyRun run in book.Sweep)
            Write(folder, $"sweep-{run.Options.RatePerSecond}", run);
    }

    private static string NameOf(LatencyRun run) => $"{LatencyBook.NameOf(run.Mode)}-{run.Options.RatePerSecond}";

    private static void Write(string folder, string name, LatencyRun run)
    {
        foreach (Measure measure in LatencyBook.MeasuresOf(run))
            WriteFile(Path.Combine(folder, $"{name}-{measure.Key}.hgrm"), measure.Values);
        WriteFile(Path.Combine(folder, $"{name}-publisherGaps.hgrm"), run.Schedule.Gaps);
        if (run.EngineGaps is { } gaps)
            WriteFile(Path.Combine(folder, $"{name}-engineGaps.hgrm"), gaps);
    }

    private static void WriteFile(string path, LatencyHistogram values)
    {
        using StreamWriter writer = new(path);
        HgrmWriter.Write(writer, values);
    }
}
