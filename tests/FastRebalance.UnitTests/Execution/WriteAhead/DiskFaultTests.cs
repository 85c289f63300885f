using System.Diagnostics;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

/// <summary>What a log does on a disk that fails it. The full one is a real, small file system; that needs the right to mount one.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private readonly LogDesk _desk = new();
    private readonly List<string> _mounted = [];

    public void Dispose()
    {
        foreach (string path in _mounted)
            Run("umount", path);
        _desk.Dispose();
    }

    [Fact]
    public void Arm_AppendFails_IsFaultedForEver()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt armed = LogDesk.Attempt(0, 1), lost = LogDesk.Attempt(0, 2);
        log.Arm([armed]);
        Break.Appends(log);
        Assert.Equal(LogVerdict.Faulted, log.Arm([lost]));
        Assert.Equal(LogVerdict.Faulted, log.Arm([lost]));
        Assert.Equal(LogVerdict.Faulted, log.Fire(0, armed.Hash));
        Assert.Equal(LogVerdict.Faulted, log.Release(0, armed.Hash));
        Assert.Equal(LogVerdict.Faulted, log.Tend());
        Assert.Equal(LogVerdict.Faulted, log.Complete());
        Assert.NotNull(log.FaultReason);
    }

    [Fact]
    public void Arm_SyncFails_IsFaultedAndNotFired()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt attempt = LogDesk.Attempt(0, 1);
        Break.Syncs(log);
        Assert.Equal(LogVerdict.Faulted, log.Arm([attempt]));
        Assert.Equal(LogVerdict.Faulted, log.Arm([attempt])); // a second sync would say that all is well
        Assert.Equal(LogVerdict.Faulted, log.Fire(0, attempt.Hash));
    }

    [Fact]
    public void Tend_SyncOfFiresFails_StopsEverything()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt attempt = LogDesk.Attempt(0, 1);
        log.Arm([attempt]);
        Break.Syncs(log);
        Assert.Equal(LogVerdict.Written, log.Fire(0, attempt.Hash));
        Assert.Equal(LogVerdict.Faulted, log.Tend());
        Assert.Equal(LogVerdict.Faulted, log.Fire(0, attempt.Hash));
    }

    [Fact]
    public void Fire_NoNextSegmentInTime_StopsEverything()
    {
        using SubmitterLog log = _desk.Open();
        ArmedAttempt attempt = LogDesk.Attempt(0, 1);
        log.Arm([attempt]);
        int written = 0;
        while (log.Fire(0, attempt.Hash) == LogVerdict.Written)
            written++;
        Assert.InRange(written, 2 * 61, 2 * 63); // two segments of 4096 bytes, and nobody tended to the log
        Assert.Contains("in time", log.FaultReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Tend_DiskFull_GoesOnInTheSegmentsThatAreThere()
    {
        string disk = Mount("size=1200k");
        _desk.Options = _desk.Options with { Root = disk };
        using (SubmitterLog log = _desk.Open())
        {
            Assert.Equal(LogVerdict.Written, log.SetReserve([LogDesk.Attempt(0, 99, AttemptKind.Cancel)]));
            Fill(disk);
            ulong nonce = 0;
            LogVerdict verdict;
            while ((verdict = log.Arm([LogDesk.Attempt(nonce, 1)])) == LogVerdict.Written)
            {
                Assert.Equal(LogVerdict.Written, log.Fire(nonce, LogDesk.Attempt(nonce, 1).Hash));
                Assert.Equal(LogVerdict.Written, log.Tend());
                nonce++;
            }

            Assert.Equal(LogVerdict.Faulted, verdict);
            Assert.False(log.HasSpace);
            Assert.True(nonce > 8192 / 200, $"the space taken beforehand was for more than {nonce}");
            Assert.Equal(LogVerdict.Written, log.Kill(KillMode.Hard));
            Assert.True(log.TryTakeCancel(0, out _));
        }

        File.Delete(Path.Combine(disk, "filling"));
        using SubmitterLog again = _desk.Open();
        Assert.Equal(KillMode.Hard, again.KillMode);
        Assert.True(again.Recovered.State.Slots[0].Attempts.Single(a => a.Attempt.Kind == AttemptKind.Cancel).Released == ReleaseEvidence.Certain);
        Assert.All(again.Recovered.State.Slots.Values, slot => Assert.True(slot.MayBeOut));
        Assert.Equal(LogVerdict.Written, again.ReleaseKill());
    }

    [Fact]
    public void Open_DiskFull_SaysSoAndLeavesNothingHalf()
    {
        string disk = Mount("size=600k"); // too little for the reserve
        _desk.Options = _desk.Options with { Root = disk };
        Assert.Contains("no space", Assert.Throws<IOException>(_desk.Open).Message, StringComparison.Ordinal);
        Run("mount", "-o", "remount,size=4m", disk);
        using SubmitterLog log = _desk.Open();
        Assert.Equal(EpochStart.New, log.Recovered.Start);
    }

    [Fact]
    public void Open_DiskReadOnly_SaysSo()
    {
        string disk = Mount("size=4m");
        _desk.Options = _desk.Options with { Root = disk };
        using (SubmitterLog log = _desk.Open())
            log.Arm([LogDesk.Attempt(0, 1)]);
        Run("mount", "-o", "remount,ro", disk);
        Assert.Contains("read-only", Assert.Throws<LogRefusedException>(_desk.Open).Message, StringComparison.Ordinal);
        Run("mount", "-o", "remount,rw", disk);
        using SubmitterLog again = _desk.Open();
        Assert.Single(again.Recovered.State.Slots);
    }

    private static void Fill(string disk)
    {
        using FileStream file = File.Create(Path.Combine(disk, "filling"), bufferSize: 1);
        byte[] page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
            // That was the last of it.
        }
    }

    private string Mount(string options)
    {
        string path = Path.Combine(_desk.Root, "disk");
        Directory.CreateDirectory(path);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path), "could not tell: this user may not mount a small file system (run as root)");
        _mounted.Add(path);
        return path;
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
