using System.Diagnostics;
using System.Security.Cryptography;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Submitting;

/// <summary>
/// What the write-ahead log adds to the way of a transaction: the word that it leaves, on the hot path, and the sync of what is armed, off
/// it. On the disk of the folder given, for that is what is measured; and what was said is read back from it in the end.
/// </summary>
public static class AppendRun
{
    public const int UsualRounds = 20_000;
    public const int MostRounds = 1_000_000;

    private const int GroupSize = 36; // two nonces, six steps of fees, three routes
    private const int FiresOfOneGroup = 64;
    private const int AttemptBytes = 600;
    private const int WarmUpGroups = 40;

    /// <summary>Measures on the calling thread.</summary>
    /// <param name="root">An empty folder on the disk to measure; what is made there stays.</param>
    /// <param name="rounds">Fires to time.</param>
    /// <exception cref="ArgumentException">The number of rounds cannot be.</exception>
    /// <exception cref="InvalidOperationException">The log did not take a record, or did not give it back.</exception>
    public static AppendFigures Run(string root, int rounds = UsualRounds)
    {
        if (rounds is < 1 or > MostRounds)
            throw new ArgumentException($"{rounds} rounds; wanted is a number from 1 to {MostRounds}", nameof(rounds));
        SubmitterLogOptions options = new() { Root = root, ChainId = 1, Sender = Address.Parse("0x3535353535353535353535353535353535353535") };
        int groups = (rounds + FiresOfOneGroup - 1) / FiresOfOneGroup;
        long[] fires = new long[rounds], arms = new long[groups];
        HashSet<Hash32> fired = [];
        long allocated = 0;
        using (SubmitterLog log = SubmitterLog.Open(options))
        {
            for (int group = -WarmUpGroups; group < groups; group++)
            {
                ArmedAttempt[] attempts = Group((ulong)(group + WarmUpGroups));
                long armed = Arm(log, attempts);
                int first = Math.Max(group, 0) * FiresOfOneGroup;
                Span<long> times = fires.AsSpan(first, Math.Min(FiresOfOneGroup, rounds - first));
                long bytes = Fire(log, attempts, times);
                fired.UnionWith(attempts.Take(times.Length).Select(a => a.Hash));
                if (group >= 0)
                    (arms[group], allocated) = (armed, allocated + bytes);
                Must(log.Tend());
            }

            Must(log.Complete());
        }

        Verify(options, fired);
        Array.Sort(fires);
        Array.Sort(arms);
        return new AppendFigures(
            rounds, Of(fires, 50), Of(fires, 99), Nanoseconds(fires[^1]), groups, GroupSize, Of(arms, 50), Of(arms, 99), Nanoseconds(arms[^1]), allocated);
    }

    private static long Arm(SubmitterLog log, ArmedAttempt[] attempts)
    {
        long start = Stopwatch.GetTimestamp();
        LogVerdict verdict = log.Arm(attempts);
        long time = Stopwatch.GetTimestamp() - start;
        Must(verdict);
        return time;
    }

    /// <returns>Bytes allocated on the way.</returns>
    private static long Fire(SubmitterLog log, ArmedAttempt[] attempts, Span<long> times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times.Length; i++)
        {
            ArmedAttempt attempt = attempts[i % attempts.Length];
            Hash32 hash = attempt.Hash;
            long start = Stopwatch.GetTimestamp();
            LogVerdict verdict = log.Fire(attempt.Nonce, in hash);
            times[i] = Stopwatch.GetTimestamp() - start;
            Must(verdict);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static ArmedAttempt[] Group(ulong group)
    {
        ArmedAttempt[] attempts = new ArmedAttempt[GroupSize];
        for (int i = 0; i < attempts.Length; i++)
        {
            byte[] raw = new byte[AttemptBytes];
            new Random(HashCode.Combine(group, i)).NextBytes(raw);
            attempts[i] = new ArmedAttempt
            {
                Nonce = group,
                Kind = AttemptKind.Fill,
                Decision = new DecisionId(1, group + 1),
                Fees = new FeeQuote(30_000_000_000, 1_000_000_000),
                GasLimit = 400_000,
                MaxBlock = ulong.MaxValue,
                MaxUnixSeconds = long.MaxValue,
                Hash = new Hash32(SHA256.HashData(raw)),
                Raw = raw,
            };
        }

        return attempts;
    }

    private static void Verify(SubmitterLogOptions options, HashSet<Hash32> fired)
    {
        using SubmitterLog log = SubmitterLog.Open(options);
        HashSet<Hash32> found = [.. log.Recovered.State.Slots.Values
            .SelectMany(s => s.Attempts).Where(a => a.Released == ReleaseEvidence.Certain).Select(a => a.Attempt.Hash)];
        if (!found.SetEquals(fired))
            throw new InvalidOperationException($"{fired.Count} attempts were fired, and the log knows of {found.Count}");
    }

    private static void Must(LogVerdict verdict)
    {
        if (verdict != LogVerdict.Written)
            throw new InvalidOperationException($"the log answered {verdict}");
    }

    private static long Of(long[] sorted, int percent) => Nanoseconds(sorted[(int)((long)(sorted.Length - 1) * percent / 100)]);

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));
}
