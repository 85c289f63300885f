using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

public sealed class FireTests : IDisposable
{
    private readonly LogDesk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Fire_Usual_AllocatesNothing()
    {
        _desk.Options = _desk.Options with { FireSegmentBytes = 1024 * 1024 };
        using SubmitterLog log = _desk.Open();
        ArmedAttempt attempt = LogDesk.Attempt(0, 1);
        log.Arm([attempt]);
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
                log.Fire(0, attempt.Hash);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(LogVerdict.Written, log.Fire(0, attempt.Hash));
        Assert.Equal(0, least);
    }

    [Fact]
    public void Fire_BesideTheAccountsThread_WhatIsRetiredWasNeverFired()
    {
        const int rounds = 300, rungs = 8;
        HashSet<Hash32> fired = [], retired = [];
        _desk.Options = _desk.Options with { AccountSegmentBytes = 64 * 1024, KeepFinal = 100_000 };
        using (SubmitterLog log = _desk.Open())
        using (Barrier barrier = new(2))
        {
            Thread trigger = new(() =>
            {
                for (ulong nonce = 0; nonce < rounds; nonce++)
                {
                    barrier.SignalAndWait();
                    for (int rung = 0; rung < rungs; rung++)
                        if (log.Fire(nonce, LogDesk.Attempt(nonce, rung).Hash) is var verdict && verdict == LogVerdict.Written)
                            fired.Add(LogDesk.Attempt(nonce, rung).Hash);
                        else
                            Assert.Equal(LogVerdict.Refused, verdict);
                    barrier.SignalAndWait();
                }
            });
            trigger.Start();
            for (ulong nonce = 0; nonce < rounds; nonce++)
            {
                Assert.Equal(LogVerdict.Written, log.Arm([.. Enumerable.Range(0, rungs).Select(rung => LogDesk.Attempt(nonce, rung))]));
                barrier.SignalAndWait();
                for (int rung = rungs - 1; rung >= 0; rung--)
                    if (log.Retire(nonce, [LogDesk.Attempt(nonce, rung).Hash]) == LogVerdict.Written)
                        retired.Add(LogDesk.Attempt(nonce, rung).Hash);
                if (nonce % 3 == 0)
                    Assert.Equal(LogVerdict.Written, log.Tend());
                barrier.SignalAndWait();
            }

            trigger.Join();
        }

        Assert.Equal(rounds * rungs, fired.Count + retired.Count);
        Assert.Empty(fired.Intersect(retired));
        using SubmitterLog again = _desk.Open();
        Assert.Equal(fired, again.Recovered.State.Slots.Values.SelectMany(s => s.Attempts).Where(a => a.Released == ReleaseEvidence.Certain).Select(a => a.Attempt.Hash).ToHashSet());
    }

    [Fact]
    public void Kill_WhileFiring_NothingIsLetGoAfterIt()
    {
        ArmedAttempt attempt = LogDesk.Attempt(0, 1);
        for (int round = 0; round < 50; round++)
        {
            using LogDesk desk = new();
            using SubmitterLog log = desk.Open();
            log.Arm([attempt]);
            bool isDown = false, brokeTheRule = false;
            using Barrier barrier = new(2);
            Thread trigger = new(() =>
            {
                barrier.SignalAndWait();
                for (int i = 0; i < 50; i++)
                {
                    bool wasDown = Volatile.Read(ref isDown);
                    brokeTheRule |= log.Fire(0, attempt.Hash) == LogVerdict.Written && wasDown;
                }
            });
            trigger.Start();
            barrier.SignalAndWait();
            Assert.Equal(LogVerdict.Written, log.Kill(KillMode.Hard));
            Volatile.Write(ref isDown, true);
            trigger.Join();
            Assert.False(brokeTheRule);
            Assert.Equal(LogVerdict.Killed, log.Fire(0, attempt.Hash));
        }
    }
}
