using System.Diagnostics;
using System.Security.Cryptography;
using FastRebalance.Native;

namespace FastRebalance.Bench.Signing;

/// <summary>
/// What a pre-signed transaction costs, and how much of it is libsecp256k1. Everything is done once a round, in one process on one thread,
/// and what is compared is compared within a round: the library's own call and the safe face sign the same hash one right after the other,
/// in alternating order.
/// </summary>
public static class SigningBench
{
    public const int UsualRounds = 20_000;
    public const int MostRounds = 1_000_000;

    /// <summary>Rungs of the ladder: as many levels of fees as a pre-signed order has.</summary>
    private const int Rungs = 4;

    private const int WarmUpRounds = 3_000;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(500);

    /// <summary>Measures on the calling thread, and checks what it signed.</summary>
    /// <exception cref="ArgumentException">The number of rounds cannot be.</exception>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed.</exception>
    public static SigningBenchResult Run(int rounds)
    {
        if (rounds is < 1 or > MostRounds)
            throw new ArgumentException($"{rounds} rounds; wanted is a number from 1 to {MostRounds}", nameof(rounds));
        byte[] secret = RandomNumberGenerator.GetBytes(PrivateKey.Length - 1);
        PrivateKey key = new([0, .. secret]); // below the order whatever the rest
        using Ladder lone = new(in key, rungs: 1);
        using Ladder ladder = new(in key, Rungs);
        WarmUp(lone, ladder, in key);
        SigningRun run = new(lone, ladder, rounds);
        for (int i = 0; i < rounds; i++)
            run.Round(i, in key);
        key.Clear();
        return run.Result();
    }

    // Until the code is compiled for good: by count, and by the clock for the compiler beside.
    private static void WarmUp(Ladder lone, Ladder ladder, in PrivateKey key)
    {
        SigningRun run = new(lone, ladder, WarmUpRounds);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUpRounds; i++)
            run.Round(i, in key);
        while (Stopwatch.GetElapsedTime(start) < s_warmUp)
            new SigningRun(lone, ladder, 1).Round(0, in key);
    }
}
