using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

/// <summary>What is read back, against what was said: at every boundary, at every cut, with every bit turned.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly LogDesk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Replay_RandomHistory_EqualsTheLiveStateAtEveryBoundary(int seed)
    {
        List<(Dictionary<string, byte[]> Files, byte[] State)> boundaries = [];
        RandomHistory history = new(seed);
        using (SubmitterLog log = _desk.Open())
            for (int step = 0; step < 150; step++)
            {
                history.Step(log);
                boundaries.Add((_desk.Save(), LogDesk.Fingerprint(log.Now())));
            }

        for (int step = 0; step < boundaries.Count; step++)
        {
            _desk.Restore(boundaries[step].Files);
            Assert.True(boundaries[step].State.AsSpan().SequenceEqual(_desk.Reopen()), $"step {step}");
            Assert.True(boundaries[step].State.AsSpan().SequenceEqual(_desk.Reopen()), $"step {step}, the second time");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Replay_RandomHistoryWithReopenings_EqualsThePlainModel(int seed)
    {
        RandomHistory history = new(seed);
        for (int opened = 0; opened < 12; opened++)
        {
            using SubmitterLog log = _desk.Open();
            history.Check(log.Recovered.State);
            for (int step = 0; step < 60; step++)
                history.Step(log);
            if (opened % 3 == 2)
                log.Complete();
        }
    }

    [Fact]
    public void Open_AccountCutAtEachByte_GivesThePrefix()
    {
        (Dictionary<string, byte[]> files, List<byte[]> states, List<int> ends) = WriteAccount();
        string name = Path.GetFileName(_desk.AccountFile());
        byte[] whole = files[name];
        for (int cut = 0; cut <= ends[^1] + 2; cut++)
        {
            _desk.Restore(files, name, whole[..cut]);
            byte[]? found = _desk.Reopen();
            int records = ends.FindLastIndex(end => end <= cut);
            if (records < 0)
                Assert.True(found is null, $"cut at {cut}: the lock file knows of an epoch that is not there");
            else
                Assert.True(found is not null && states[records].AsSpan().SequenceEqual(found), $"cut at {cut}: {records + 1} records are whole");
        }
    }

    [Fact]
    public void Open_FiresCutAtEachByte_KeepsEveryWholeOne()
    {
        ArmedAttempt[] attempts = [.. Enumerable.Range(0, 6).Select(i => LogDesk.Attempt(2, i))];
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm(attempts);
            foreach (ArmedAttempt attempt in attempts)
                log.Fire(2, attempt.Hash);
        }

        Dictionary<string, byte[]> files = _desk.Save();
        string name = Path.GetFileName(_desk.FiresFile());
        const int bytes = 65;
        for (int cut = 0; cut < LogFormat.HeaderBytes + 6 * bytes + 3; cut++)
        {
            _desk.Restore(files, name, files[name][..cut]);
            if (cut < LogFormat.HeaderBytes)
            {
                Assert.Throws<LogRefusedException>(_desk.Open);
                continue;
            }

            using SubmitterLog log = _desk.Open();
            int whole = Math.Min(6, (cut - LogFormat.HeaderBytes) / bytes);
            Assert.Equal(whole, log.Recovered.State.Slots[2].Attempts.Count(a => a.Released == ReleaseEvidence.Certain));
            Assert.Equal(whole < 6 && cut > LogFormat.HeaderBytes + whole * bytes, log.Recovered.WasTorn); // behind the sixth there is only room
            Assert.Equal(LogVerdict.Written, log.Fire(2, attempts[5].Hash)); // and goes on behind it
        }
    }

    [Fact]
    public void Open_EachBitTurned_IsRefusedOrTheLastRecordIsGone()
    {
        (Dictionary<string, byte[]> files, List<byte[]> states, List<int> ends) = WriteAccount();
        string name = Path.GetFileName(_desk.AccountFile());
        for (int at = 0; at < ends[^1] + 3; at++)
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] turned = [.. files[name]];
                turned[at] ^= (byte)(1 << bit);
                _desk.Restore(files, name, turned);
                byte[]? found = _desk.Reopen();
                // Of the last record nobody can say whether a crash tore it; behind it there is only room.
                byte[]? allowed = at >= ends[^1] ? states[^1] : at >= ends[^2] ? states[^2] : null;
                Assert.True(
                    allowed is null ? found is null : found is not null && allowed.AsSpan().SequenceEqual(found),
                    $"byte {at}, bit {bit}: {(found is null ? "refused" : "opened")}");
            }
    }

    [Fact]
    public void Open_EachBitOfAFireTurned_IsNeverMoreThanTheLastFireGone()
    {
        ArmedAttempt[] attempts = [.. Enumerable.Range(0, 3).Select(i => LogDesk.Attempt(2, i))];
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm(attempts);
            foreach (ArmedAttempt attempt in attempts)
                log.Fire(2, attempt.Hash);
        }

        Dictionary<string, byte[]> files = _desk.Save();
        string name = Path.GetFileName(_desk.FiresFile());
        const int last = LogFormat.HeaderBytes + 2 * 65;
        for (int at = 0; at < last + 65; at++)
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] turned = [.. files[name]];
                turned[at] ^= (byte)(1 << bit);
                _desk.Restore(files, name, turned);
                if (at < last)
                {
                    Assert.Throws<LogRefusedException>(_desk.Open);
                    continue;
                }

                using SubmitterLog log = _desk.Open();
                Assert.Equal([ReleaseEvidence.Certain, ReleaseEvidence.Certain, ReleaseEvidence.None], log.Recovered.State.Slots[2].Attempts.Select(a => a.Released));
            }
    }

    [Fact]
    public void Open_EachBitOfTheLockFileTurned_IsRefusedOrTheSameState()
    {
        byte[] state;
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([LogDesk.Attempt(0, 1)]);
            log.Fire(0, LogDesk.Attempt(0, 1).Hash);
            state = LogDesk.Fingerprint(log.Now());
        }

        Dictionary<string, byte[]> files = _desk.Save();
        for (int at = 0; at < files[LogFence.Name].Length; at++)
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] turned = [.. files[LogFence.Name]];
                turned[at] ^= (byte)(1 << bit);
                _desk.Restore(files, LogFence.Name, turned);
                Assert.True(_desk.Reopen() is not { } found || state.AsSpan().SequenceEqual(found), $"byte {at}, bit {bit}");
            }
    }

    [Fact]
    public void Open_EndCutAfterACleanClose_Refuses()
    {
        (_, _, List<int> ends) = WriteAccount();
        using (SubmitterLog log = _desk.Open())
            log.Complete();
        Dictionary<string, byte[]> files = _desk.Save();
        string name = Path.GetFileName(_desk.AccountFile());
        _desk.Restore(files, name, files[name][..ends[^1]]);
        Assert.Throws<LogRefusedException>(_desk.Open);
    }

    [Fact]
    public void Open_PartsOfAnOlderCopy_Refuses()
    {
        (Dictionary<string, byte[]> old, _, _) = WriteAccount();
        using (SubmitterLog log = _desk.Open())
            log.Arm([LogDesk.Attempt(90, 1)]);
        Dictionary<string, byte[]> now = _desk.Save();
        string account = Path.GetFileName(_desk.AccountFile());
        _desk.Restore(now, account, old[account]); // the log is older than its lock file
        Assert.Contains("older copy", Assert.Throws<LogRefusedException>(_desk.Open).Message, StringComparison.Ordinal);
        _desk.Restore(now, LogFence.Name, old[LogFence.Name]); // and the other way round
        Assert.Contains("older copy", Assert.Throws<LogRefusedException>(_desk.Open).Message, StringComparison.Ordinal);
        _desk.Restore(old);
        _desk.Options = _desk.Options with { LeastEpoch = 2 }; // all of it is old: only somebody else can know
        Assert.Contains("older copy", Assert.Throws<LogRefusedException>(_desk.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SegmentDuplicatedMissingOrWithoutItsNeighbours_Refuses()
    {
        using (SubmitterLog log = _desk.Open())
            for (ulong nonce = 0; nonce < 120; nonce++)
                Assert.Equal(LogVerdict.Written, log.Arm([LogDesk.Attempt(nonce, 1)])); // without Tend there is no snapshot
        Dictionary<string, byte[]> files = _desk.Save();
        string first = Path.GetFileName(_desk.AccountFile(1)), second = Path.GetFileName(_desk.AccountFile(2)), third = Path.GetFileName(_desk.AccountFile(3));
        Assert.Contains(third, files.Keys);
        _desk.Restore(files, third, files[second]);
        Assert.Contains("renamed or copied", Assert.Throws<LogRefusedException>(_desk.Open).Message, StringComparison.Ordinal);
        foreach (string missing in new[] { first, second })
        {
            _desk.Restore(files);
            File.Delete(Path.Combine(_desk.Folder, missing));
            Assert.Contains("missing", Assert.Throws<LogRefusedException>(_desk.Open).Message, StringComparison.Ordinal);
        }

        byte[] twice = [.. files[second]];
        LogFormat.WriteHeader(twice, LogStreamKind.Account, 3, 31337, LogDesk.Sender);
        _desk.Restore(files, third, twice);
        Assert.Contains("stand twice", Assert.Throws<LogRefusedException>(_desk.Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("reserve")]
    [InlineData("fires-000001.frw")]
    [InlineData("account-000001.frw")]
    public void Open_AFileMissing_Refuses(string name)
    {
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([LogDesk.Attempt(0, 1)]);
            log.Fire(0, LogDesk.Attempt(0, 1).Hash);
        }

        File.Delete(Path.Combine(_desk.Folder, name));
        foreach (string spare in Directory.GetFiles(_desk.Folder, "*-000002.frw"))
            File.Delete(spare);
        Assert.Equal(Path.Combine(_desk.Folder, name), Assert.Throws<LogRefusedException>(_desk.Open).File);
    }

    /// <summary>A log of a few records of every kind but fires; its files, the state after each record, and where each ends.</summary>
    private (Dictionary<string, byte[]> Files, List<byte[]> States, List<int> Ends) WriteAccount()
    {
        List<byte[]> states = [];
        List<int> ends = [];
        ArmedAttempt one = LogDesk.Attempt(3, 1), two = LogDesk.Attempt(3, 2);
        using (SubmitterLog log = _desk.Open())
        {
            Note();
            Do(log.Arm([one]));
            Do(log.Arm([two]));
            Do(log.Retire(3, [two.Hash]));
            Do(log.Release(3, one.Hash));
            Do(log.Acknowledged(3, one.Hash, 1));
            Do(log.Included(3, new SlotInclusion(one.Hash, LogDesk.Block(5), 5, true)));
            Do(log.Final(3, SlotOutcome.Filled));
            Do(log.Void(new DecisionId(0xfeed, 9), DecisionEnd.Expired));
            Do(log.Arm([LogDesk.Attempt(4, 1)]));

            void Do(LogVerdict verdict)
            {
                Assert.Equal(LogVerdict.Written, verdict);
                Note();
            }

            void Note()
            {
                states.Add(LogDesk.Fingerprint(log.Now()));
                ends.Add(EndOf(File.ReadAllBytes(_desk.AccountFile())));
            }
        }

        return (_desk.Save(), states, ends);
    }

    private static int EndOf(byte[] segment)
    {
        int at = LogFormat.HeaderBytes;
        while (LogFormat.LengthOfRecord(segment.AsSpan(at)) is > 0 and var length)
            at += length;
        return at;
    }
}
