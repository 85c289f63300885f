using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.StressTests.WriteAhead;

/// <summary>
/// The process that is killed. It opens the log of a folder and goes on with it, an account's thread and a trigger's thread, and tells on
/// its standard output what it is about to say to the log (a small letter) and what the log has taken (a capital), line by line, each handed
/// to the kernel at once.
/// </summary>
internal static class LogVictim
{
    /// <summary>Starts this program as the victim instead of as tests: <c>root|round|steps</c>.</summary>
    public const string Variable = "FASTREBALANCE_LOG_VICTIM";

    private const ulong Window = 6;

    public static SubmitterLogOptions Options(string root) => new()
    {
        Root = root,
        ChainId = 31337,
        Sender = Address.Parse("0x3535353535353535353535353535353535353535"),
        AccountSegmentBytes = 16 * 1024,
        FireSegmentBytes = 4096,
        SnapshotAfterSegments = 2,
        KeepFinal = 4,
    };

    /// <summary>The same bytes for the same numbers, in this process and in the one that checks.</summary>
    public static ArmedAttempt Attempt(ulong nonce, int rung)
    {
        byte[] raw = new byte[110];
        new Random(rung).NextBytes(raw); // HashCode would differ between the two processes
        BitConverter.TryWriteBytes(raw, nonce);
        BitConverter.TryWriteBytes(raw.AsSpan(8), rung);
        bool isCancel = rung % 5 == 0;
        return new ArmedAttempt
        {
            Nonce = nonce,
            Kind = isCancel ? AttemptKind.Cancel : AttemptKind.Fill,
            Decision = isCancel ? default : new DecisionId(1, nonce + 1),
            Fees = new FeeQuote(1_000_000_000 + (ulong)rung, (ulong)rung),
            GasLimit = 21_000,
            MaxBlock = ulong.MaxValue,
            MaxUnixSeconds = long.MaxValue,
            Hash = new Hash32(SHA256.HashData(raw)),
            Raw = raw,
        };
    }

    /// <returns>The exit code, for one that was not killed.</returns>
    public static int Run(string life)
    {
        string[] parts = life.Split('|');
        try
        {
            new Life(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)).Live(int.Parse(parts[2], CultureInfo.InvariantCulture));
            return 0;
        }
        catch (Exception e) when (e is IOException or LogRefusedException or InvalidOperationException)
        {
            Console.Error.WriteLine(e);
            return 1;
        }
    }

    private sealed class Life(string root, int round)
    {
        private readonly Random _random = new(round);
        private readonly Stream _out = Console.OpenStandardOutput();
        private readonly BlockingCollection<(ulong Nonce, int Rung)> _triggers = new(boundedCapacity: 64);
        private readonly List<(ulong Nonce, int Rung)> _armed = [];
        private int _rung = round * 10_000;

        public void Live(int steps)
        {
            using SubmitterLog log = SubmitterLog.Open(Options(root));
            Tell("O", 0, (int)log.Epoch);
            Thread trigger = new(() => Trigger(log));
            trigger.Start();
            for (int step = 0; step < steps; step++)
                Step(log);
            _triggers.CompleteAdding();
            trigger.Join();
        }

        // The account's thread.
        private void Step(SubmitterLog log)
        {
            // As on a chain: nonces end in order, so the lowest that has not ended follows the highest that has.
            SubmitterState now = log.Now();
            ulong lowest = now.Slots.Values.Where(s => s.Outcome != SlotOutcome.None).Select(s => s.Nonce + 1).DefaultIfEmpty(now.Floor).Max();
            ulong nonce = lowest + (ulong)_random.NextInt64((long)Window);
            switch (_random.Next(9))
            {
                case 0 or 1 or 2: Arm(log, nonce); break;
                case 3 or 4 when _armed.Count > 0: _triggers.Add(_armed[_random.Next(_armed.Count)]); break;
                case 5 when _armed.Count > 0: Retire(log, _armed[_random.Next(_armed.Count)]); break;
                case 6: End(log, lowest); break;
                case 7 when _armed.Count > 0: Release(log, _armed[_random.Next(_armed.Count)]); break;
                default: Must(log.Tend()); break;
            }
        }

        private void Arm(SubmitterLog log, ulong nonce)
        {
            int[] rungs = [.. Enumerable.Range(_rung + 1, _random.Next(1, 5))];
            _rung += rungs.Length;
            foreach (int rung in rungs)
                Tell("a", nonce, rung);
            Must(log.Arm([.. rungs.Select(rung => Attempt(nonce, rung))]));
            foreach (int rung in rungs)
            {
                Tell("A", nonce, rung);
                _armed.Add((nonce, rung));
            }
        }

        private void Retire(SubmitterLog log, (ulong Nonce, int Rung) which)
        {
            Tell("r", which.Nonce, which.Rung);
            if (log.Retire(which.Nonce, [Attempt(which.Nonce, which.Rung).Hash]) != LogVerdict.Written)
                return; // the trigger was quicker
            Tell("R", which.Nonce, which.Rung);
            _armed.Remove(which);
        }

        private void Release(SubmitterLog log, (ulong Nonce, int Rung) which) =>
            LetGo((ulong nonce, in Hash32 hash) => log.Release(nonce, in hash), which);

        private void End(SubmitterLog log, ulong nonce)
        {
            SlotRecord? slot = log.Now().Slots.GetValueOrDefault(nonce);
            if (slot is null || slot.Attempts.FirstOrDefault(a => a.Released == ReleaseEvidence.Certain) is not { } mined)
                return;
            Tell("e", nonce, 0);
            Must(log.Acknowledged(nonce, mined.Attempt.Hash, 1));
            Must(log.Included(nonce, new SlotInclusion(mined.Attempt.Hash, mined.Attempt.Hash, nonce, true)));
            Must(log.Final(nonce, mined.Attempt.Kind == AttemptKind.Fill ? SlotOutcome.Filled : SlotOutcome.Cancelled));
            Tell("E", nonce, 0);
            _armed.RemoveAll(a => a.Nonce == nonce);
        }

        // The trigger's thread.
        private void Trigger(SubmitterLog log)
        {
            foreach ((ulong Nonce, int Rung) which in _triggers.GetConsumingEnumerable())
                LetGo((ulong nonce, in Hash32 hash) => log.Fire(nonce, in hash), which);
        }

        private delegate LogVerdict Going(ulong nonce, in Hash32 hash);

        private void LetGo(Going going, (ulong Nonce, int Rung) which)
        {
            Tell("f", which.Nonce, which.Rung);
            Hash32 hash = Attempt(which.Nonce, which.Rung).Hash;
            if (going(which.Nonce, in hash) is var verdict && verdict == LogVerdict.Written)
            {
                FaultPoints.Reach(FaultPoint.BeforeFirstByte);
                Tell("F", which.Nonce, which.Rung); // the byte that leaves
                FaultPoints.Reach(FaultPoint.AfterLastByte);
            }
            else if (verdict != LogVerdict.Refused)
            {
                throw new InvalidOperationException($"the log answered {verdict}");
            }
        }

        // Shorter than what a pipe takes in one piece, so the two threads' lines do not mix.
        private void Tell(string what, ulong nonce, int rung) =>
            _out.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what} {nonce} {rung}\n")));

        private static void Must(LogVerdict verdict)
        {
            if (verdict != LogVerdict.Written)
                throw new InvalidOperationException($"the log answered {verdict}");
        }
    }
}
