namespace FastRebalance.Bench.Chaos;

/// <summary>How often the submitter is killed, and over what.</summary>
public sealed record ChaosOptions
{
    /// <summary>Deaths wanted.</summary>
    public int Crashes { get; init; } = 200;

    public ulong Seed { get; init; } = 1;

    /// <summary>Chains that run side by side, each with a desk of its own.</summary>
    public int Desks { get; init; } = 1;

    /// <summary>Deaths on one chain before the next is started.</summary>
    public int PerChain { get; init; } = 400;

    /// <summary>Deaths after which the desk is brought to rest and held against the chain.</summary>
    public int CheckEvery { get; init; } = 25;

    /// <summary>Receives the folder of a desk that failed; null keeps none.</summary>
    public string? Out { get; init; }

    /// <summary>What is wrong with the submitter on purpose, to see that it is found.</summary>
    public ChaosBug Bug { get; init; } = ChaosBug.None;

    /// <summary>The program that is started as the victim, with these words before its own; this very program unless told.</summary>
    public string Program { get; init; } = Environment.ProcessPath!;

    public IReadOnlyList<string> Words { get; init; } = ["bench", ChaosVictim.Verb];

    /// <summary>Told a line now and then. Any thread.</summary>
    public Action<string>? Progress { get; init; }

    /// <exception cref="ArgumentException">A number cannot be.</exception>
    internal void Validate()
    {
        Require(Crashes is >= 1 and <= 1_000_000, $"{Crashes} crashes; wanted is a number from 1 to 1000000");
        Require(Desks is >= 1 and <= 16, $"{Desks} desks; wanted is a number from 1 to 16");
        Require(PerChain >= 1, $"{PerChain} crashes on a chain; wanted is a number from 1 on");
        Require(CheckEvery >= 1, $"a check every {CheckEvery} crashes; wanted is a number from 1 on");
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("the write-ahead log needs Linux, and so does killing over it");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
