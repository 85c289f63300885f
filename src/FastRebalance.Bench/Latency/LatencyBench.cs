namespace FastRebalance.Bench.Latency;

/// <summary>Measures what it was asked for, run by run.</summary>
internal static class LatencyBench
{
    private const int MostRate = 64_000_000;
    private static readonly int[] FirstRates = [10_000, 50_000, 100_000, 200_000, 500_000, 1_000_000];

    /// <param name="options">What to measure.</param>
    /// <param name="say">Told a line before each run.</param>
    public static LatencyBook Run(LatencyBenchOptions options, Action<string> say)
    {
        LatencyBook book = new(options);
        foreach (int rate in options.Rates)
            foreach (Mode mode in options.Modes)
                for (int i = 0; i < options.Runs; i++)
                    book.Runs.Add(Measure(options.RunOf(mode, rate), say));
        if (options.Sweep)
            SweepUntilSaturated(book, say);
        return book;
    }

    private static void SweepUntilSaturated(LatencyBook book, Action<string> say)
    {
        LatencyBenchOptions options = book.Options with { Measured = book.Options.SweepMeasured, WarmUp = TimeSpan.FromSeconds(1) };
        foreach (int rate in Rates())
        {
            LatencyRun run = Measure(options.RunOf(Mode.Quiet, rate), say);
            book.Sweep.Add(run);
            if (run.IsSaturated)
                return;
        }
    }

    private static IEnumerable<int> Rates()
    {
        foreach (int rate in FirstRates)
            yield return rate;
        for (int rate = 2 * FirstRates[^1]; rate <= MostRate; rate *= 2)
            yield return rate;
    }

    private static LatencyRun Measure(LatencyOptions options, Action<string> say)
    {
        say($"{LatencyBook.NameOf(options.Mode)}: {options.RatePerSecond:N0} prices/s, {options.Measured.TotalSeconds:0.#} s "
            + $"after {options.WarmUp.TotalSeconds:0.#} s of warm-up");
        GC.Collect(); // what the run before left behind is not to be collected during this one
        GC.WaitForPendingFinalizers();
        return LatencyRun.Of(options);
    }
}
