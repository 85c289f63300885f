using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

public sealed class SubmitterLogTests : IDisposable
{
    private readonly LogDesk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Open_NothingThere_IsNewAndForTheOwnerAlone()
    {
        using SubmitterLog log = _desk.Open();
        Assert.Equal(EpochStart.New, log.Recovered.Start);
        Assert.Equal(1UL, log.Epoch);
        Assert.True(log.HasSpace);
        Assert.Null(log.Recovered.State.HighestReleased);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, LogDesk.ModeOf(_desk.Folder));
        foreach (string file in Directory.GetFiles(_desk.Folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, LogDesk.ModeOf(file));
    }

    [Fact]
    public void Rehearse_AnyNumberOfTimes_SaysNothingAndTheNextFireIsWhole()
    {
        ArmedAttempt attempt = LogDesk.Attempt(7, 0);
        byte[] before;
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([attempt]);
            before = LogDesk.Fingerprint(log.Now());
            for (int i = 0; i < 3; i++)
                log.Rehearse();
            Assert.Equal(before, LogDesk.Fingerprint(log.Now()));
        }

        Assert.Equal(before, _desk.Reopen());
        using (SubmitterLog log = _desk.Open())
        {
            log.Rehearse();
            Assert.Equal(LogVerdict.Written, log.Fire(7, attempt.Hash));
            log.Rehearse();
        }

        using SubmitterLog read = _desk.Open();
        Assert.Equal(7UL, read.Recovered.State.HighestReleased);
        Assert.Equal(ReleaseEvidence.Certain, read.Recovered.State.Slots[7].Attempts[0].Released);
    }

    [Fact]
    public void Fire_ProcessDiesBeforeAnySync_OthersReadIt()
    {
        ArmedAttempt attempt = LogDesk.Attempt(7, 0);
        using SubmitterLog log = _desk.Open();
        log.Arm([attempt]);
        log.Fire(7, attempt.Hash, isRehearsal: true);
        Assert.Equal(LogVerdict.Written, log.Fire(7, attempt.Hash));
        log.Fire(7, attempt.Hash, isRehearsal: true); // behind the record, never over it

        // By another way than the mapping: what the operating system has, a dead process's heir has.
        byte[] file = File.ReadAllBytes(Directory.GetFiles(_desk.Folder, "fires-*").Single(path => new FileInfo(path).Length > 0 && File.ReadAllBytes(path)[64] != 0));

        Assert.NotEqual(-1, file.AsSpan().IndexOf(attempt.Hash.Span));
        Assert.All(file[(64 + 65)..], static b => Assert.Equal(0, b));
    }

    [Fact]
    public void Fire_AndTouch_AllocateNothing()
    {
        ArmedAttempt attempt = LogDesk.Attempt(7, 0);
        using SubmitterLog log = _desk.Open();
        log.Arm([attempt]);
        Hash32 hash = attempt.Hash;
        long least = long.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                log.Fire(7, in hash, isRehearsal: true);
                if (log.Fire(7, in hash) != LogVerdict.Written)
                    Assert.Fail("there is room");
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Reopen_AttemptArmed_IsThereInFull()
    {
        ArmedAttempt cancel = LogDesk.Attempt(7, 9, AttemptKind.Cancel);
        ArmedAttempt fill = LogDesk.Attempt(7, 1) with { MaxUnixSeconds = -5, MaxBlock = ulong.MaxValue };
        using (SubmitterLog log = _desk.Open())
            Assert.Equal(LogVerdict.Written, log.Arm([fill, cancel]));
        using SubmitterLog again = _desk.Open();
        Assert.Equal(EpochStart.ProcessEnd, again.Recovered.Start);
        SlotRecord slot = Assert.Single(again.Recovered.State.Slots).Value;
        Assert.Equal(2, slot.Attempts.Count);
        foreach ((ArmedAttempt wanted, AttemptRecord found) in new[] { fill, cancel }.Zip(slot.Attempts))
        {
            Assert.Equal(wanted with { Raw = default }, found.Attempt with { Raw = default });
            Assert.Equal(wanted.Raw.ToArray(), found.Attempt.Raw.ToArray());
            Assert.Equal(ReleaseEvidence.None, found.Released);
        }

        Assert.Equal(7UL, again.Recovered.State.Bound[fill.Decision]);
        Assert.Equal(5UL, again.Recovered.State.NextNonce(5)); // armed is not out
    }

    [Fact]
    public void Reopen_EachRecord_TellsWhatHappened()
    {
        ArmedAttempt first = LogDesk.Attempt(3, 1), second = LogDesk.Attempt(3, 2), third = LogDesk.Attempt(3, 3), other = LogDesk.Attempt(4, 1);
        DecisionId gone = new(0xfeed, 77), kept = new(0xfeed, 78);
        SlotInclusion inclusion = new(second.Hash, LogDesk.Block(9), 9, Succeeded: true);
        Hash32 config = LogDesk.Block(1234);
        using (SubmitterLog log = _desk.Open())
        {
            Assert.Equal(LogVerdict.Written, log.Arm([first, second, third, other]));
            Assert.Equal(LogVerdict.Written, log.Retire(3, [third.Hash]));
            Assert.Equal(LogVerdict.Written, log.Fire(3, first.Hash));
            Assert.Equal(LogVerdict.Written, log.Release(3, second.Hash));
            Assert.Equal(LogVerdict.Written, log.Acknowledged(3, first.Hash, 2));
            Assert.Equal(LogVerdict.Written, log.Acknowledged(3, first.Hash, 200));
            Assert.Equal(LogVerdict.Written, log.Echoed(3, first.Hash));
            Assert.Equal(LogVerdict.Written, log.Included(3, in inclusion));
            Assert.Equal(LogVerdict.Written, log.Unincluded(3));
            Assert.Equal(LogVerdict.Written, log.Included(3, in inclusion));
            Assert.Equal(LogVerdict.Written, log.Final(3, SlotOutcome.Filled));
            Assert.Equal(LogVerdict.Written, log.Void(gone, DecisionEnd.Withdrawn));
            Assert.Equal(LogVerdict.Written, log.Bind(kept, 5));
            Assert.Equal(LogVerdict.Written, log.Configured(config));
        }

        using SubmitterLog again = _desk.Open();
        SubmitterState state = again.Recovered.State;
        SlotRecord slot = state.Slots[3];
        Assert.Equal(config, again.Recovered.Config);
        Assert.Equal([third.Hash], slot.Retired);
        Assert.Equal([ReleaseEvidence.Certain, ReleaseEvidence.Certain], slot.Attempts.Select(a => a.Released));
        Assert.Equal((1UL << 2) | (1UL << 63), slot.Attempts[0].AcknowledgedLanes);
        Assert.True(slot.Attempts[0].WasEchoed);
        Assert.True(slot.Attempts[1].WasEchoed); // its block showed it
        Assert.Equal(inclusion, slot.Inclusion);
        Assert.Equal(SlotOutcome.Filled, slot.Outcome);
        Assert.Equal(DecisionEnd.Filled, state.Ended[first.Decision]);
        Assert.Equal(DecisionEnd.Withdrawn, state.Ended[gone]);
        Assert.Equal(5UL, state.Bound[kept]);
        Assert.Equal(78UL, state.HighestDecision);
        Assert.False(state.Slots[4].MayBeOut);
        Assert.Equal(3UL, state.HighestReleased);
        Assert.Equal(4UL, state.NextNonce(0));
    }

    [Fact]
    public void Fire_NeverArmedRetiredOrAnotherNonce_Refuses()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt armed = LogDesk.Attempt(0, 1), retired = LogDesk.Attempt(0, 2);
        Assert.Equal(LogVerdict.Refused, log.Fire(0, armed.Hash));
        log.Arm([armed, retired]);
        Assert.Equal(LogVerdict.Written, log.Retire(0, [retired.Hash]));
        Assert.Equal(LogVerdict.Refused, log.Fire(0, retired.Hash));
        Assert.Equal(LogVerdict.Refused, log.Fire(1, armed.Hash));
        Assert.Equal(LogVerdict.Written, log.Fire(0, armed.Hash));
        Assert.Equal(LogVerdict.Written, log.Fire(0, armed.Hash)); // the same bytes once more
        Assert.Equal(LogVerdict.Refused, log.Retire(0, [armed.Hash]));
        log.Included(0, new SlotInclusion(armed.Hash, LogDesk.Block(1), 1, true));
        log.Final(0, SlotOutcome.Filled);
        Assert.Equal(LogVerdict.Refused, log.Fire(0, armed.Hash));
    }

    [Fact]
    public void Arm_SecondDecisionAtANonce_Refuses()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt first = LogDesk.Attempt(0, 1, decision: 10), second = LogDesk.Attempt(0, 1, decision: 11), elsewhere = LogDesk.Attempt(1, 1, decision: 10);
        Assert.Equal(LogVerdict.Refused, log.Arm([first, second]));
        Assert.Equal(LogVerdict.Refused, log.Arm([first, elsewhere]));
        Assert.Equal(LogVerdict.Written, log.Arm([first]));
        Assert.Equal(LogVerdict.Refused, log.Arm([second]));
        Assert.Equal(LogVerdict.Refused, log.Arm([elsewhere]));
        Assert.Equal(LogVerdict.Written, log.Retire(0, [first.Hash]));
        Assert.Equal(LogVerdict.Written, log.Arm([second])); // nothing of the first can leave any more
        Assert.Equal(LogVerdict.Written, log.Fire(0, second.Hash));
        Assert.Equal(LogVerdict.Written, log.Bind(first.Decision, 1));
        Assert.Equal(LogVerdict.Written, log.Arm([elsewhere]));
        Assert.Equal(LogVerdict.Written, log.Void(first.Decision, DecisionEnd.Expired));
        Assert.Equal(LogVerdict.Refused, log.Arm([LogDesk.Attempt(2, 1, decision: 10)]));
    }

    [Fact]
    public void Arm_DecisionWhoseRungsAreAllRetired_MayLiveAtAnotherNonce()
    {
        ArmedAttempt rung = LogDesk.Attempt(0, 1, decision: 10), higher = LogDesk.Attempt(0, 2, decision: 10);
        ArmedAttempt other = LogDesk.Attempt(0, 1, decision: 11), elsewhere = LogDesk.Attempt(1, 1, decision: 10);
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([rung, higher]);
            log.Retire(0, [rung.Hash]);
            Assert.Equal(LogVerdict.Refused, log.Arm([elsewhere])); // one of it may still leave
            Assert.Equal(LogVerdict.Written, log.Retire(0, [higher.Hash]));
            Assert.Equal(LogVerdict.Written, log.Arm([other]));
            Assert.Equal(LogVerdict.Written, log.Arm([elsewhere]));
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(1UL, again.Recovered.State.Bound[elsewhere.Decision]);
        Assert.Equal(LogVerdict.Refused, again.Arm([LogDesk.Attempt(2, 1, decision: 10)]));
    }

    [Fact]
    public void Arm_FiredThenReopened_AnotherDecisionStaysRefused()
    {
        ArmedAttempt first = LogDesk.Attempt(0, 1, decision: 10);
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([first]);
            log.Fire(0, first.Hash);
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(LogVerdict.Refused, again.Retire(0, [first.Hash]));
        Assert.Equal(LogVerdict.Refused, again.Arm([LogDesk.Attempt(0, 1, decision: 11)]));
        Assert.Equal(LogVerdict.Written, again.Fire(0, first.Hash));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Burnt_NextRun_KnowsTheNewest(bool throughASnapshot)
    {
        BurnState newest = new(480_000, UInt256.PowerOfTen(17), 20_000, UInt256.MaxValue);
        using (SubmitterLog log = _desk.Open())
        {
            Assert.Equal(LogVerdict.Written, log.Burnt(new BurnState(479_999, UInt256.One, 19_999, UInt256.One)));
            Assert.Equal(LogVerdict.Written, log.Burnt(in newest));
            if (throughASnapshot)
                Assert.Equal(LogVerdict.Written, log.SnapshotNow());
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(newest, again.Recovered.State.Burnt);
    }

    [Fact]
    public void Unsent_NothingEverLeft_FreesTheNonceAlsoForAReader()
    {
        ArmedAttempt first = LogDesk.Attempt(0, 1, decision: 10), second = LogDesk.Attempt(0, 1, decision: 11), seen = LogDesk.Attempt(1, 1);
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([first, seen]);
            log.Fire(0, first.Hash);
            log.Fire(1, seen.Hash);
            log.Echoed(1, seen.Hash);
            Assert.Equal(LogVerdict.Refused, log.Arm([second]));
            Assert.Equal(LogVerdict.Refused, log.Unsent(1));
            Assert.Equal(LogVerdict.Written, log.Unsent(0));
            Assert.Equal(LogVerdict.Refused, log.Fire(0, first.Hash));
            Assert.Equal(LogVerdict.Written, log.Arm([second]));
        }

        using SubmitterLog again = _desk.Open(); // the fire of the first is read after it was given up
        SlotRecord slot = again.Recovered.State.Slots[0];
        Assert.Equal(second.Hash, Assert.Single(slot.Attempts).Attempt.Hash);
        Assert.Equal([first.Hash], slot.Unsent);
        Assert.False(slot.MayBeOut);
        Assert.Equal(LogVerdict.Refused, again.Fire(0, first.Hash));
    }

    [Fact]
    public void Arm_LargerThanASegment_SaysSo()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt huge = LogDesk.Attempt(0, 1) with { Raw = new byte[9000] };
        Assert.Contains("arm fewer", Assert.Throws<ArgumentException>(() => log.Arm([huge])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SecondTime_Refuses()
    {
        using SubmitterLog log = _desk.Open();
        LogRefusedException refused = Assert.Throws<LogRefusedException>(() => _desk.Open());
        Assert.Contains("another process holds", refused.Message, StringComparison.Ordinal);
        Assert.Equal(_desk.LockFile, refused.File);
    }

    [Fact]
    public void Open_OtherAccountsFiles_Refuses()
    {
        _desk.Open().Dispose();
        string ours = _desk.Folder;
        _desk.Options = _desk.Options with { ChainId = 1 };
        Directory.Move(ours, _desk.Folder);
        Assert.Contains("31337", Assert.Throws<LogRefusedException>(() => _desk.Open()).Message, StringComparison.Ordinal);
        string theirs = _desk.Folder;
        _desk.Options = _desk.Options with { ChainId = 31337, Sender = Address.Parse("0x4646464646464646464646464646464646464646") };
        Directory.Move(theirs, _desk.Folder);
        Assert.Contains("0x3535", Assert.Throws<LogRefusedException>(() => _desk.Open()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("reserve")]
    [InlineData("account-000001.frw")]
    [InlineData("fires-000001.frw")]
    public void Open_FileIsALinkOrOpenToOthers_Refuses(string name)
    {
        _desk.Open().Dispose();
        string file = Path.Combine(_desk.Folder, name);
        LogDesk.SetMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("mode 640", Assert.Throws<LogRefusedException>(() => _desk.Open()).Message, StringComparison.Ordinal);
        LogDesk.SetMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(file, file + ".real");
        File.CreateSymbolicLink(file, file + ".real");
        Assert.Contains("symbolic link", Assert.Throws<LogRefusedException>(() => _desk.Open()).Message, StringComparison.Ordinal);
        File.Delete(file);
        File.Move(file + ".real", file);
        _desk.Open().Dispose();
    }

    [Fact]
    public void Open_FolderIsALinkOrOpenToOthers_Refuses()
    {
        _desk.Open().Dispose();
        LogDesk.SetMode(_desk.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Assert.Contains("mode 701", Assert.Throws<LogRefusedException>(() => _desk.Open()).Message, StringComparison.Ordinal);
        LogDesk.SetMode(_desk.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Move(_desk.Folder, _desk.Folder + ".real");
        File.CreateSymbolicLink(_desk.Folder, _desk.Folder + ".real");
        Assert.Throws<LogRefusedException>(() => _desk.Open());
    }

    [Fact]
    public void Arm_NewerEpochInTheLockFile_IsFenced()
    {
        using SubmitterLog ours = _desk.Open();
        ArmedAttempt attempt = LogDesk.Attempt(0, 1);
        Assert.Equal(LogVerdict.Written, ours.Arm([attempt]));
        // What another machine would do on a disk whose locks do not reach it: write into the same file.
        byte[] newer = LogDesk.Read(_desk.LockFile);
        newer[8] = 200; // a later generation, of epoch 99
        newer[16] = 99;
        Reseal(newer, 0);
        LogDesk.WriteOver(_desk.LockFile, newer);
        Assert.Equal(LogVerdict.Fenced, ours.Arm([LogDesk.Attempt(2, 1)]));
        Assert.Equal(LogVerdict.Fenced, ours.Fire(0, attempt.Hash));
        Assert.False(ours.TryTakeCancel(0, out _));
    }

    [Fact]
    public void Arm_LockFileReplaced_IsFenced()
    {
        using SubmitterLog log = _desk.Open();
        byte[] content = LogDesk.Read(_desk.LockFile);
        File.Delete(_desk.LockFile);
        File.WriteAllBytes(_desk.LockFile, content);
        Assert.Equal(LogVerdict.Fenced, log.Arm([LogDesk.Attempt(0, 1)]));
        Assert.Contains("replaced", log.FaultReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_ThenOpen_StartsClean()
    {
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([LogDesk.Attempt(0, 1)]);
            Assert.Equal(LogVerdict.Written, log.Complete());
            Assert.Equal(LogVerdict.Faulted, log.Arm([LogDesk.Attempt(1, 1)]));
            Assert.Equal(LogVerdict.Faulted, log.Fire(0, LogDesk.Attempt(0, 1).Hash));
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(EpochStart.Clean, again.Recovered.Start);
    }

    [Fact]
    public void Open_AnotherStartOfTheMachine_CountsWhatWasArmedAsPossiblyOut()
    {
        ArmedAttempt armed = LogDesk.Attempt(0, 1), fired = LogDesk.Attempt(0, 2), retired = LogDesk.Attempt(0, 3);
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([armed, fired, retired]);
            log.Retire(0, [retired.Hash]);
            log.Fire(0, fired.Hash);
        }

        ChangeBoot(_desk.AccountFile());
        for (int opened = 0; opened < 2; opened++) // the mark is in the log: a second opening under the new start knows it as well
        {
            using SubmitterLog again = _desk.Open();
            Assert.Equal(opened == 0 ? EpochStart.PowerLoss : EpochStart.ProcessEnd, again.Recovered.Start);
            SlotRecord slot = again.Recovered.State.Slots[0];
            Assert.Equal([ReleaseEvidence.Possible, ReleaseEvidence.Certain], slot.Attempts.Select(a => a.Released));
            Assert.Equal(0UL, again.Recovered.State.HighestReleased);
            Assert.Equal(1UL, again.Recovered.State.NextNonce(0));
        }
    }

    [Fact]
    public void Open_AnotherStartOfTheMachineAfterACleanEnd_KnowsThatNothingLeft()
    {
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([LogDesk.Attempt(0, 1)]);
            log.Complete();
        }

        ChangeBoot(_desk.AccountFile());
        using SubmitterLog again = _desk.Open();
        Assert.Equal(EpochStart.Clean, again.Recovered.Start);
        Assert.Null(again.Recovered.State.HighestReleased);
    }

    [Fact]
    public void Open_ChainHasMinedMoreThanWasLetGo_IsBehind()
    {
        ArmedAttempt attempt = LogDesk.Attempt(4, 1);
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([attempt]);
            log.Fire(4, attempt.Hash);
        }

        _desk.Options = _desk.Options with { ChainNonce = 5 };
        using (SubmitterLog log = _desk.Open())
            Assert.False(log.Recovered.IsBehindChain);
        _desk.Options = _desk.Options with { ChainNonce = 6 };
        using (SubmitterLog log = _desk.Open())
            Assert.True(log.Recovered.IsBehindChain);
    }

    [Fact]
    public void Snapshot_ManyFinalNonces_ForgetsTheOldAndKeepsTheRest()
    {
        _desk.Options = _desk.Options with { KeepFinal = 3, SnapshotAfterSegments = 2 };
        byte[] now;
        using (SubmitterLog log = _desk.Open())
        {
            for (ulong nonce = 0; nonce < 120; nonce++)
            {
                ArmedAttempt fill = LogDesk.Attempt(nonce, 1);
                Assert.Equal(LogVerdict.Written, log.Arm([fill, LogDesk.Attempt(nonce, 2)]));
                Assert.Equal(LogVerdict.Written, log.Retire(nonce, [LogDesk.Attempt(nonce, 2).Hash]));
                Assert.Equal(LogVerdict.Written, log.Fire(nonce, fill.Hash));
                Assert.Equal(LogVerdict.Written, log.Included(nonce, new SlotInclusion(fill.Hash, LogDesk.Block(nonce), nonce, true)));
                if (nonce < 118)
                    Assert.Equal(LogVerdict.Written, log.Final(nonce, SlotOutcome.Filled));
                Assert.Equal(LogVerdict.Written, log.Tend());
            }

            Assert.Equal(LogVerdict.Refused, log.Arm([LogDesk.Attempt(2, 5)]));
            Assert.True(Directory.GetFiles(_desk.Folder, "account-*").Length <= 3);
            Assert.True(Directory.GetFiles(_desk.Folder, "fires-*").Length <= 3, string.Join(' ', Directory.GetFiles(_desk.Folder)));
            Assert.InRange(log.Now().Slots.Count, 5, 60);
            now = LogDesk.Fingerprint(log.Now());
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(now, LogDesk.Fingerprint(again.Recovered.State));
        Assert.True(again.Recovered.State.Floor > 60);
        Assert.Equal(119UL, again.Recovered.State.HighestReleased);
        Assert.Equal(120UL, again.Recovered.State.NextNonce(0));
    }

    // A ladder has hundreds of rungs and a log keeps hundreds of final nonces: what never left is not kept with them.
    [Fact]
    public void Snapshot_FinalNoncesWithManyRungs_KeepsOfEachWhatLeft()
    {
        using (SubmitterLog log = _desk.Open())
        {
            for (ulong nonce = 0; nonce < 20; nonce++)
            {
                ArmedAttempt[] rungs = [.. Enumerable.Range(1, 100).Select(rung => LogDesk.Attempt(nonce, rung))];
                foreach (ArmedAttempt[] group in rungs.Chunk(20))
                    Assert.Equal(LogVerdict.Written, log.Arm(group));
                Assert.Equal(LogVerdict.Written, log.Fire(nonce, rungs[7].Hash));
                Assert.Equal(LogVerdict.Written, log.Included(nonce, new SlotInclusion(rungs[7].Hash, LogDesk.Block(nonce), nonce, true)));
                if (nonce < 19)
                    Assert.Equal(LogVerdict.Written, log.Final(nonce, SlotOutcome.Filled));
            }
            Assert.Equal(LogVerdict.Written, log.SnapshotNow());
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(20, again.Recovered.State.Slots.Count);
        foreach ((ulong nonce, SlotRecord slot) in again.Recovered.State.Slots)
        {
            Assert.Equal(nonce < 19 ? 1 : 100, slot.Attempts.Count);
            Assert.Equal(LogDesk.Attempt(nonce, 8).Hash, Assert.Single(slot.Attempts, record => record.Released == ReleaseEvidence.Certain).Attempt.Hash);
        }
    }

    // What could not be read back must not take the place of what can.
    [Fact]
    public void Snapshot_LargerThanARecordMayBe_IsNotMadeAndNothingIsLost()
    {
        _desk.Options = _desk.Options with { MostSnapshotBytes = 4_000, SnapshotAfterSegments = 2 };
        byte[] now;
        using (SubmitterLog log = _desk.Open())
        {
            for (ulong nonce = 0; nonce < 100; nonce++)
            {
                Assert.Equal(LogVerdict.Written, log.Arm([LogDesk.Attempt(nonce, 1), LogDesk.Attempt(nonce, 2)]));
                Assert.Equal(LogVerdict.Written, log.Tend());
            }
            Assert.True(Directory.GetFiles(_desk.Folder, "account-*").Length > 3);
            Assert.True(File.Exists(_desk.AccountFile()));
            now = LogDesk.Fingerprint(log.Now());
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(now, LogDesk.Fingerprint(again.Recovered.State));
    }

    /// <summary>Puts a place of the lock file under a right checksum again.</summary>
    private static void Reseal(byte[] file, int at) =>
        BitConverter.TryWriteBytes(file.AsSpan(at + 60), FastRebalance.Core.Hashing.Crc32C.Compute(file.AsSpan(at, 60)));

    /// <summary>Makes the first epoch one of another start of the machine.</summary>
    private static void ChangeBoot(string accountFile)
    {
        byte[] bytes = File.ReadAllBytes(accountFile);
        Span<byte> record = bytes.AsSpan(LogFormat.HeaderBytes);
        record = record[..LogFormat.LengthOfRecord(record)];
        record[LogFormat.RecordHeaderBytes + 9] ^= 0xff; // epoch u64, start u8, and then the boot's id
        LogFormat.SealRecord(record, LogFormat.KindOf(record), LogFormat.EpochOf(record), LogFormat.SequenceOf(record));
        File.WriteAllBytes(accountFile, bytes);
    }
}
