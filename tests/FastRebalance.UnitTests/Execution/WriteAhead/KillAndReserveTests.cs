using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

public sealed class KillAndReserveTests : IDisposable
{
    private readonly LogDesk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Theory]
    [InlineData(KillMode.Soft)]
    [InlineData(KillMode.Hard)]
    [InlineData(KillMode.Cold)]
    public void Kill_ThenOpen_StaysDownUntilLifted(KillMode mode)
    {
        ArmedAttempt attempt = LogDesk.Attempt(0, 1);
        using (SubmitterLog log = _desk.Open())
        {
            log.Arm([attempt]);
            Assert.Equal(LogVerdict.Written, log.Kill(mode));
            Assert.Equal(LogVerdict.Killed, log.Fire(0, attempt.Hash));
            Assert.Equal(LogVerdict.Killed, log.Release(0, attempt.Hash));
        }

        using (SubmitterLog log = _desk.Open())
        {
            Assert.Equal(mode, log.KillMode);
            Assert.Equal(mode, log.Recovered.State.Kill);
            Assert.False(log.Recovered.State.Slots[0].MayBeOut);
            Assert.Equal(LogVerdict.Killed, log.Fire(0, attempt.Hash));
            ulong epoch = log.Epoch;
            Assert.Equal(LogVerdict.Written, log.ReleaseKill());
            Assert.Equal(epoch + 1, log.Epoch);
            Assert.Equal(LogVerdict.Written, log.Fire(0, attempt.Hash));
        }

        using SubmitterLog last = _desk.Open();
        Assert.Equal(KillMode.Off, last.KillMode);
        Assert.Equal(LogVerdict.Written, last.Fire(0, attempt.Hash));
    }

    [Fact]
    public void Release_KillDown_LetsGoWhatTheModeAllows()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt live = LogDesk.Attempt(0, 1), bump = LogDesk.Attempt(0, 2), fresh = LogDesk.Attempt(1, 1);
        ArmedAttempt[] cancels = [LogDesk.Attempt(0, 3, AttemptKind.Cancel), LogDesk.Attempt(0, 4, AttemptKind.Cancel), LogDesk.Attempt(0, 5, AttemptKind.Cancel)];
        log.Arm([live, bump, fresh, .. cancels]);
        log.Fire(0, live.Hash);
        log.Kill(KillMode.Soft);
        Assert.Equal(LogVerdict.Written, log.Release(0, bump.Hash));
        Assert.Equal(LogVerdict.Killed, log.Release(1, fresh.Hash));
        Assert.Equal(LogVerdict.Written, log.Release(0, cancels[0].Hash));
        log.Kill(KillMode.Hard);
        Assert.Equal(LogVerdict.Killed, log.Release(0, bump.Hash));
        Assert.Equal(LogVerdict.Killed, log.Arm([LogDesk.Attempt(0, 6)]));
        Assert.Equal(LogVerdict.Written, log.Release(0, cancels[1].Hash));
        log.Kill(KillMode.Cold);
        Assert.Equal(LogVerdict.Killed, log.Release(0, cancels[2].Hash));
    }

    [Fact]
    public void Kill_OneCopyOfTheSwitchDamaged_StaysDown()
    {
        using (SubmitterLog log = _desk.Open())
            log.Kill(KillMode.Soft);
        foreach (int copy in new[] { 0, 4096 })
        {
            Dictionary<string, byte[]> files = _desk.Save();
            byte[] damaged = [.. files[CancelReserve.Name]];
            damaged[copy + 44] ^= 1;
            _desk.Restore(files, CancelReserve.Name, damaged);
            using SubmitterLog log = _desk.Open();
            Assert.NotEqual(KillMode.Off, log.KillMode);
        }
    }

    [Fact]
    public void Kill_NeverDownAndACopyDamaged_CountsAsDown()
    {
        _desk.Open().Dispose();
        Dictionary<string, byte[]> files = _desk.Save();
        byte[] damaged = [.. files[CancelReserve.Name]];
        damaged[3] ^= 1;
        _desk.Restore(files, CancelReserve.Name, damaged);
        using SubmitterLog log = _desk.Open();
        Assert.Equal(KillMode.Hard, log.KillMode);
    }

    [Fact]
    public void TryTakeCancel_Reopened_GivesTheCheapestFirstAndKnowsWhatLeft()
    {
        ArmedAttempt cheap = LogDesk.Attempt(5, 1, AttemptKind.Cancel), dear = LogDesk.Attempt(5, 8, AttemptKind.Cancel);
        using (SubmitterLog log = _desk.Open())
            Assert.Equal(LogVerdict.Written, log.SetReserve([dear, cheap, LogDesk.Attempt(6, 1, AttemptKind.Cancel)]));
        using (SubmitterLog log = _desk.Open())
        {
            Assert.Equal(3, log.Recovered.Reserve.Count);
            Assert.True(log.TryTakeCancel(5, out ArmedAttempt taken));
            Assert.Equal(cheap.Hash, taken.Hash);
            Assert.Equal(cheap.Raw.ToArray(), taken.Raw.ToArray());
        }

        using SubmitterLog again = _desk.Open();
        Assert.True(again.Recovered.State.Slots[5].MayBeOut);
        Assert.True(again.TryTakeCancel(5, out ArmedAttempt second));
        Assert.Equal(dear.Hash, second.Hash);
        Assert.False(again.TryTakeCancel(5, out _));
        Assert.False(again.TryTakeCancel(7, out _));
    }

    [Fact]
    public void SetReserve_SomethingThatTrades_SaysSo()
    {
        using SubmitterLog log = _desk.Open();
        Assert.Throws<ArgumentException>(() => log.SetReserve([LogDesk.Attempt(0, 1)]));
    }

    [Fact]
    public void SetReserve_SecondOneTorn_KeepsTheFirst()
    {
        using (SubmitterLog log = _desk.Open())
        {
            log.SetReserve([LogDesk.Attempt(1, 1, AttemptKind.Cancel)]);
            log.SetReserve([LogDesk.Attempt(2, 1, AttemptKind.Cancel)]);
        }

        Dictionary<string, byte[]> files = _desk.Save();
        byte[] torn = [.. files[CancelReserve.Name]];
        torn[8192 + 2 * 4096 + 5] ^= 1; // the second stands in the first half
        _desk.Restore(files, CancelReserve.Name, torn);
        using SubmitterLog again = _desk.Open();
        Assert.Equal(1UL, Assert.Single(again.Recovered.Reserve).Nonce);
    }

    [Fact]
    public void TryTakeCancel_AppendsFail_StillComesOutAndIsKnownAfterwards()
    {
        ArmedAttempt cancel = LogDesk.Attempt(5, 1, AttemptKind.Cancel);
        using (SubmitterLog log = _desk.Open())
        {
            log.SetReserve([cancel]);
            Break.Appends(log);
            Assert.Equal(LogVerdict.Faulted, log.Arm([LogDesk.Attempt(0, 1)]));
            Assert.Equal(LogVerdict.Written, log.Kill(KillMode.Hard));
            Assert.True(log.TryTakeCancel(5, out ArmedAttempt taken));
            Assert.Equal(cancel.Hash, taken.Hash);
        }

        using SubmitterLog again = _desk.Open();
        Assert.Equal(KillMode.Hard, again.KillMode);
        Assert.Equal(ReleaseEvidence.Certain, again.Recovered.State.Slots[5].Attempts[0].Released);
        Assert.Equal(5UL, again.Recovered.State.HighestReleased);
    }
}
