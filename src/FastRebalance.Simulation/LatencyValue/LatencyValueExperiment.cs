using FastRebalance.Simulation.LatencyValue.Checks;
using FastRebalance.Simulation.LatencyValue.Floors;
using FastRebalance.Simulation.LatencyValue.Paths;
using FastRebalance.Simulation.LatencyValue.Tapes;

namespace FastRebalance.Simulation.LatencyValue;

/// <summary>
/// What reaction time is worth: policies on the same paths with delays from a microsecond to a quarter of an hour, and recorded markets.
/// The simulator is held against closed forms first; when one is missed, nothing else is run.
/// </summary>
public static class LatencyValueExperiment
{
    /// <param name="options">How much to run.</param>
    /// <param name="progress">Told what is being done, from one thread.</param>
    /// <returns>The same numbers for the same options, whatever <see cref="LatencyValueOptions.Workers"/> is.</returns>
    public static LatencyValueBook Run(LatencyValueOptions options, Action<string> progress)
    {
        options.Validate();
        ExperimentSize size = ExperimentSize.Of(options);
        LatencyValueBook book = new() { Options = options, Checks = new ClosedFormChecks(options, size).Run(progress) };
        if (!book.IsRight)
            return book;
        PolicyCurves curves = new(options, size);
        progress("policies in a diffusion");
        List<PolicyCurve> all = [.. curves.InDiffusion()];
        progress("policies in order flow");
        all.AddRange(curves.InOrderFlow(out PricePath flow));
        progress("floors by the minute");
        FloorStudy floors = new(options, size);
        List<FloorRow> rows = [.. floors.Generated()];
        List<string> notRun = [];
        progress("tapes");
        (TapeStudy Study, DriftTriggers Triggers)[] tapes = Tapes(options, notRun);
        rows.AddRange(RecordedFloors(options, floors, notRun));
        return book with
        {
            Curves = all,
            Floors = rows,
            Tapes = [TapeStudies.Run("generated order flow", flow.Times, flow.Logs, 0, 0, 0).Study, .. tapes.Select(t => t.Study)],
            TapeCuts = tapes.Length > 0 ? TapeStudies.Cuts([.. tapes.Select(t => t.Triggers)]) : [],
            NotRun = notRun,
        };
    }

    private static (TapeStudy, DriftTriggers)[] Tapes(LatencyValueOptions options, List<string> notRun)
    {
        string folder = options.Tapes is null ? "" : Path.Combine(options.Tapes, "binance");
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.gz").Order(StringComparer.Ordinal)] : [];
        if (files.Length == 0)
            notRun.Add(options.Tapes is null
                ? "Recorded order books: not run, no folder of tapes was given (--tapes)."
                : $"Recorded order books: not run, no .gz file in binance/ of the folder of tapes.");
        return Workers.Run(options.Workers, files.Length, i => TapeStudies.Run(files[i]));
    }

    private static IEnumerable<FloorRow> RecordedFloors(LatencyValueOptions options, FloorStudy floors, List<string> notRun)
    {
        IReadOnlyList<string> days = options.Tapes is null ? [] : MinuteTape.FindDays(Path.Combine(options.Tapes, "polygon"));
        if (days.Count > 0)
            return floors.Recorded($"recorded pool, {days.Count} days", MinuteTape.Read(days));
        notRun.Add("Floors on recorded minutes: not run, " + (options.Tapes is null
            ? "no folder of tapes was given (--tapes)."
            : "no pool's minutes in polygon/ of the folder of tapes."));
        return [];
    }
}
