using System.Diagnostics;
using FastRebalance.Configuration;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Evaluation;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.BackTesting;

/// <summary>
/// Back-tests a configuration, or every combination of a sweep over it. Combinations run beside each other; what they find does not depend
/// on how many do.
/// </summary>
public static class BackTester
{
    /// <param name="options">What to test.</param>
    /// <param name="onProgress">Told how many of how many back-tests are done; from any thread.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConfigException">The configuration, or one that the sweep makes of it, has mistakes.</exception>
    /// <exception cref="InvalidDataException">A price or gas file is wrong: the line is named.</exception>
    public static BackTestBook Run(BackTestOptions options, Action<int, int>? onProgress = null, CancellationToken cancellation = default)
    {
        BackTestConfig config = BackTestConfig.Read(options.Config);
        List<IReadOnlyList<(string Key, string Value)>> fields = [[]];
        if (options.Sweep.Count > 0)
            fields.AddRange(SweepAxis.Product(options.Sweep));
        BackTestConfig[] configs = [.. Configurations(options, config, fields)];

        Stopwatch load = Stopwatch.StartNew();
        PriceTape prices = PriceFiles.Read(options.Prices, config.TapeAssets);
        GasTape? gas = options.Gas is null ? null : GasTape.Read(options.Gas);
        load.Stop();

        BackTestSetup[] setups = [.. configs.Select(c => c.SetupOver(prices, gas))];
        Progress progress = new(onProgress, setups.Length * (1 + (options.WalkForward is null ? 0 : 2 * FoldsOf(options.WalkForward, prices).Count)));
        (BackTestResult Result, TimeSpan Time)[] results = InParallel(options, setups, progress, cancellation);
        return new BackTestBook
        {
            Options = options,
            Config = configs[0],
            Runs = [.. results.Select((r, i) => new BackTestRun(fields[i], r.Result, r.Time, Against(results[0].Result, r.Result, configs[0].Section.Seed, i)))],
            Folds = options.WalkForward is { } walk ? WalkFolds(options, walk, prices, setups, fields, progress, cancellation) : [],
            Rows = prices.Rows,
            Prices = results[0].Result.Prices,
            RefusedPrices = prices.RefusedPrices,
            FirstRefusal = prices.FirstRefusal,
            LoadTime = load.Elapsed,
        };
    }

    private static IEnumerable<BackTestConfig> Configurations(
        BackTestOptions options, BackTestConfig config, List<IReadOnlyList<(string Key, string Value)>> fields)
    {
        string json = fields.Count > 1 ? File.ReadAllText(options.Config) : "";
        foreach (IReadOnlyList<(string Key, string Value)> changes in fields)
        {
            BackTestConfig read = changes.Count == 0 ? config : BackTestConfig.Parse(SweepAxis.Apply(json, changes), config.File.Folder);
            if (!read.Symbols.SequenceEqual(config.Symbols) || read.File.Numeraire != config.File.Numeraire)
                throw new ConfigException([new ConfigProblem("--sweep", "other assets", "the same assets throughout: they share one tape")]);
            bool varies = changes.Any(c => c.Key == "backtest.latency");
            yield return options.Latency is { } latency && !varies ? read with { Section = read.Section with { Latency = latency } } : read;
        }
    }

    private static (BackTestResult Result, TimeSpan Time)[] InParallel(
        BackTestOptions options, BackTestSetup[] setups, Progress progress, CancellationToken cancellation)
    {
        (BackTestResult, TimeSpan)[] results = new (BackTestResult, TimeSpan)[setups.Length];
        Bounded(options, setups.Length, cancellation, i =>
        {
            Stopwatch clock = Stopwatch.StartNew();
            results[i] = (BackTest.Run(setups[i], cancellation), clock.Elapsed);
            progress.Done();
        });
        return results;
    }

    private static List<BackTestFold> WalkFolds(
        BackTestOptions options, WalkForward walk, PriceTape prices, BackTestSetup[] setups,
        List<IReadOnlyList<(string Key, string Value)>> fields, Progress progress, CancellationToken cancellation)
    {
        List<FoldRows> folds = FoldsOf(walk, prices);
        if (folds.Count == 0)
            throw new ConfigException([new ConfigProblem("--walk-forward", "a tape shorter than one fold", "train, embargo and test together within the tape")]);
        double[,] train = new double[folds.Count, setups.Length], test = new double[folds.Count, setups.Length];
        Bounded(options, folds.Count * setups.Length, cancellation, task =>
        {
            (int fold, int setup) = (task / setups.Length, task % setups.Length);
            FoldRows rows = folds[fold];
            train[fold, setup] = LossOver(setups[setup], rows.TrainFrom, rows.TrainEnd, cancellation);
            progress.Done();
            test[fold, setup] = LossOver(setups[setup], rows.TestFrom, rows.TestEnd, cancellation);
            progress.Done();
        });
        return [.. folds.Select((rows, f) => Judge(rows, f))];

        BackTestFold Judge(FoldRows rows, int fold)
        {
            int chosen = Enumerable.Range(0, setups.Length).MinBy(s => train[fold, s]);
            ReadOnlySpan<long> times = prices.UnixNs;
            return new BackTestFold(
                times[rows.TrainFrom], times[rows.TestFrom], times[rows.TestEnd - 1], fields[chosen],
                train[fold, chosen], test[fold, chosen], test[fold, 0], Enumerable.Range(0, setups.Length).Min(s => test[fold, s]));
        }
    }

    private static double LossOver(BackTestSetup setup, int from, int end, CancellationToken cancellation) =>
        BackTest.Run(setup with { FirstRow = from, EndRow = end, PathPoints = 2 }, cancellation).LossBpsPerYear;

    private static List<FoldRows> FoldsOf(WalkForward walk, PriceTape prices)
    {
        List<FoldRows> folds = [];
        long train = (long)walk.Train.TotalNanoseconds, test = (long)walk.Test.TotalNanoseconds, embargo = (long)walk.Embargo.TotalNanoseconds;
        ReadOnlySpan<long> times = prices.UnixNs;
        for (long from = times[0]; from + train + embargo + test <= times[^1] + 1; from += test)
        {
            FoldRows rows = new(
                prices.RowAt(from), prices.RowAt(from + train), prices.RowAt(from + train + embargo), prices.RowAt(from + train + embargo + test));
            if (rows.TrainEnd > rows.TrainFrom && rows.TestEnd > rows.TestFrom)
                folds.Add(rows);
        }
        return folds;
    }

    private static Interval? Against(BackTestResult configured, BackTestResult other, int seed, int index)
    {
        if (index == 0)
            return null;
        int days = Math.Min(configured.Days.Count, other.Days.Count);
        double[] differences = [.. Enumerable.Range(0, days).Select(d => other.DailyLoss(d) - configured.DailyLoss(d))];
        return BlockBootstrap.MeanInterval(differences, blockLength: 1, seed).Scaled(10_000 * days / configured.Years);
    }

    private static void Bounded(BackTestOptions options, int count, CancellationToken cancellation, Action<int> body)
    {
        ParallelOptions bounds = new() { MaxDegreeOfParallelism = Math.Max(1, options.Parallelism), CancellationToken = cancellation };
        try
        {
            Parallel.For(0, count, bounds, body);
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            throw e.InnerExceptions[0];
        }
    }

    private readonly record struct FoldRows(int TrainFrom, int TrainEnd, int TestFrom, int TestEnd);

    private sealed class Progress(Action<int, int>? onProgress, int total)
    {
        private int _done;

        public void Done() => onProgress?.Invoke(Interlocked.Increment(ref _done), total);
    }
}
