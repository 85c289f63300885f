namespace FastRebalance.Bench.Submitting;

/// <summary>What is measured of pre-signing.</summary>
public sealed record SubmitBenchOptions
{
    public const int MostShots = 100_000;

    /// <summary>Triggers of each run, the first fifth of them to warm up.</summary>
    public int Shots { get; init; } = 4_000;

    /// <summary>From one trigger to the next.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMilliseconds(3);

    /// <summary>Armings of 36 rungs in each run.</summary>
    public int Rearms { get; init; } = 200;

    /// <summary>Equal runs, to see how far equal things differ.</summary>
    public int Runs { get; init; } = 3;

    /// <summary>The trigger thread goes the way of a shot every 50 µs while it waits, so that the caches hold it; an engine does so after passes, every 100 µs at most.</summary>
    public bool Rehearse { get; init; } = true;

    /// <summary>
    /// The order is a delever of safety's: one pair by three pools out of a lending market and into it, foreseen at <see cref="SampleDesk.Row"/> prices.
    /// Else it is three legs of as many pairs, foreseen once.
    /// </summary>
    public bool Delever { get; init; }

    /// <summary>Put the threads on cores of their own.</summary>
    public bool Pin { get; init; } = true;

    /// <summary>The path is gone through before the first shot, as an executor does when it starts.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>Batches of pending transactions that are read.</summary>
    public int PendingRounds { get; init; } = 100;

    /// <summary>Below which folder the write-ahead log lies for the time; the system's folder for temporary files unless told.</summary>
    public string LogFolder { get; init; } = Path.GetTempPath();

    /// <exception cref="ArgumentException">A number cannot be.</exception>
    internal void Validate()
    {
        if (Shots is < 100 or > MostShots)
            throw new ArgumentException($"{Shots} shots; wanted is a number from 100 to {MostShots}");
        if (Runs is < 1 or > 100)
            throw new ArgumentException($"{Runs} runs; wanted is a number from 1 to 100");
        if (Rearms is < 10 or > 100_000)
            throw new ArgumentException($"{Rearms} armings; wanted is a number from 10 to 100000");
        if (!Directory.Exists(LogFolder))
            throw new ArgumentException($"{LogFolder} is no folder: the write-ahead log needs one that is there");
        if (PendingRounds is < 1 or > MempoolRun.MostRounds)
            throw new ArgumentException($"{PendingRounds} rounds of pending transactions; wanted is a number from 1 to {MempoolRun.MostRounds}");
        if (Every < TimeSpan.FromMicroseconds(100) || Every > TimeSpan.FromSeconds(1))
            throw new ArgumentException($"a trigger every {Every.TotalMilliseconds} ms; wanted is 0.1 to 1000");
    }
}
