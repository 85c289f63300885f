using System.Diagnostics;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.ChainTests;

/// <summary>The kill switch and the full disk, with an order out on a real chain: what still leaves, what does not, and what the next run does.</summary>
public sealed class SubmitterKillTests : IDisposable
{
    private string? _mounted;

    public void Dispose()
    {
        if (_mounted is null)
            return;
        Run("umount", _mounted);
        Directory.Delete(_mounted);
    }

    [Fact]
    public async Task Kill_Soft_WhatIsOutIsFinishedAndNothingNewIsTaken()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;

        await KillAsync(desk, KillMode.Soft);
        await desk.RequireRefusedAsync(2);
        await desk.Desk.DropAsync(fill);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Included);

        Assert.Equal(fill, desk.Wire.Sent.Distinct().Single());
        Assert.True(desk.Wire.Sent.Length > 1, "what the pool lost was not sent again");
        Assert.Empty(desk.Wire.Cancelled);
        await desk.RequireHoldingsAsync(fills: 1);
        await StaysKilledAsync(desk, KillMode.Soft);
    }

    [Fact]
    public async Task Kill_Hard_ACancelTakesTheNonceAndPrivateChannelsAreAsked()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;

        await KillAsync(desk, KillMode.Hard);
        await desk.Desk.UntilAsync(() => desk.Wire.Cancels.Length > 0 && desk.Wire.Cancelled.Length > 0);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Dropped);

        Assert.Equal([fill], desk.Wire.Fills);
        Assert.Equal([fill], desk.Wire.Cancelled);
        Assert.Contains(desk.First.TransactionHash, desk.Wire.Cancels);
        await desk.RequireHoldingsAsync(fills: 0);
        await StaysKilledAsync(desk, KillMode.Hard);
    }

    // The switch was put down while no executor ran: the next one cancels what the last one left.
    [Fact]
    public async Task Kill_HardBetweenTwoRuns_TheNextRunCancels()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;
        await desk.CrashAsync();
        using (SubmitterLog log = SubmitterLog.Open(desk.LogOptions))
            Assert.Equal(LogVerdict.Written, log.Kill(KillMode.Hard));

        await desk.RunAsync();
        await desk.Desk.UntilAsync(() => desk.Wire.Cancels.Length > 0 && desk.Wire.Cancelled.Length > 0);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Dropped);

        Assert.Equal([fill], desk.Wire.Fills);
        await desk.RequireHoldingsAsync(fills: 0);
        await StaysKilledAsync(desk, KillMode.Hard);
    }

    // A fill of before the kill that a reorganisation threw out is out again: its bytes are known, and only a cancel ends that.
    [Fact]
    public async Task Kill_HardAndThenTheFillIsReorgedOut_ACancelTakesTheNonce()
    {
        await using SubmitterDesk desk = await WaitingAsync();
        Hash32 fill = desk.First.TransactionHash;
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Included);
        await KillAsync(desk, KillMode.Hard);

        await desk.ReorgAsync(1);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Dropped);

        Assert.Equal([fill], desk.Wire.Fills);
        Assert.NotEmpty(desk.Wire.Cancels);
        await desk.RequireHoldingsAsync(fills: 0);
    }

    // No node ever saw the fill; whoever has it may bring it up at any time, until its own deadline makes it a revert.
    [Fact]
    public async Task Kill_Cold_NotOneByteAndItsOwnDeadlineEndsIt()
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        desk.Wire.Lets = static _ => false;
        desk.Desk.Setup = desk.Desk.Setup with { RepriceAfterHeads = 2 };
        await desk.RunAsync();
        await desk.Desk.AutomineAsync(false);
        Hash32 fill = await desk.OrderAsync();

        await KillAsync(desk, KillMode.Cold);
        await desk.MineSlowlyAsync(6);
        await desk.CrashAsync();
        await desk.RunAsync();
        await desk.MineSlowlyAsync(6);
        await PassDeadlineAsync(desk);
        await desk.MineSlowlyAsync(4);
        Assert.Equal([fill], desk.Wire.Sent);
        Assert.Empty(desk.Wire.Cancelled);

        await desk.PutInPoolAsync(fill);
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Reverted);
        desk.Wire.Lets = static _ => true;
        Assert.Equal([fill], desk.Wire.Sent);
        await desk.RequireHoldingsAsync(fills: 0);
        await StaysKilledAsync(desk, KillMode.Cold, trades: false); // the chain's time is past the deadline of any order
    }

    [Theory]
    [InlineData(KillMode.Soft)]
    [InlineData(KillMode.Hard)]
    [InlineData(KillMode.Cold)]
    public async Task Kill_WhileAnOrderIsBeingSigned_ItNeverLeaves(KillMode mode)
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        ulong nonce = await desk.NonceAsync();
        SlowSigner signer = new(desk.Desk.Signer);
        desk.Desk.Remote = signer;
        await desk.RunAsync();
        desk.Desk.Order(1, desk.Leg());
        await signer.Asked;

        await KillAsync(desk, mode);
        signer.Answer();
        await desk.Desk.UntilAsync(() => desk.StatusOf(1) == SubmitStatus.NotSent);
        await desk.MineSlowlyAsync(3);

        Assert.Empty(desk.Wire.Sent);
        Assert.Empty(desk.Wire.Cancelled);
        Assert.Equal(nonce, await desk.NonceAsync());
    }

    // The log takes no more: no fill leaves, and the cancels that were laid by while there was room still do their work.
    [Fact]
    public async Task Run_DiskFull_NothingLeavesButTheReservedCancelTakesTheNonce()
    {
        await using SubmitterDesk desk = await SubmitterDesk.StartAsync();
        desk.Root = Mount("size=1300k");
        desk.SegmentBytes = 8192;
        desk.Desk.Setup = desk.Desk.Setup with { RepriceAfterHeads = 1, ResendAfterHeads = 500 };
        desk.Wire.Lets = WireTap.IsCancel;
        await desk.RunAsync();
        await desk.Desk.AutomineAsync(false);
        await desk.OrderAsync();
        Fill(desk.Root);

        await desk.MineUntilAsync(() => desk.Executor.State == ExecutorState.Faulted);
        int fills = desk.Wire.Fills.Length;
        await desk.Desk.UntilAsync(() => desk.Wire.Cancels.Length > 0);
        await desk.MineUntilAsync(() => desk.First.Status is SubmitStatus.Dropped or SubmitStatus.Foreign);
        Assert.Equal((SubmitStatus.Dropped, desk.Wire.Cancels[0]), (desk.First.Status, desk.First.TransactionHash));

        Assert.Equal(fills, desk.Wire.Fills.Length);
        Assert.Single(desk.Wire.Cancels.Distinct());
        await desk.RequireHoldingsAsync(fills: 0);
        await desk.RequireRefusedAsync(2);

        await desk.CrashAsync();
        File.Delete(Path.Combine(desk.Root, "filling"));
        await desk.RunAsync(); // the cancel that was taken is known to be ours
        await desk.MineUntilAsync(() => desk.First.Status == SubmitStatus.Dropped);
        Assert.Equal(fills, desk.Wire.Fills.Length);
    }

    /// <summary>A desk whose one order waits in the node's pool.</summary>
    private static async Task<SubmitterDesk> WaitingAsync()
    {
        SubmitterDesk desk = await SubmitterDesk.StartAsync();
        await desk.RunAsync();
        await desk.Desk.AutomineAsync(false);
        await desk.OrderAsync();
        Assert.True(await desk.IsPooledAsync(desk.First.TransactionHash));
        return desk;
    }

    private static async Task KillAsync(SubmitterDesk desk, KillMode mode)
    {
        desk.Executor.Kill(mode, "the test says so");
        await desk.Desk.UntilAsync(() => desk.Log.KillMode == mode && desk.Executor.StopReason is not null);
    }

    /// <summary>The next run over the folder is killed as well, until a person lifts it.</summary>
    private static async Task StaysKilledAsync(SubmitterDesk desk, KillMode mode, bool trades = true)
    {
        await desk.CrashAsync();
        await desk.RunAsync();
        Assert.Equal(mode, desk.Log.KillMode);
        Assert.Contains("kill switch", desk.Executor.StopReason);
        await desk.RequireRefusedAsync(20);
        await desk.CrashAsync();
        using (SubmitterLog log = SubmitterLog.Open(desk.LogOptions))
            Assert.Equal(LogVerdict.Written, log.ReleaseKill());
        await desk.RunAsync();
        Assert.Null(desk.Executor.StopReason);
        if (!trades)
            return;
        await desk.OrderAsync(21, desk.OtherLeg());
        await desk.MineUntilAsync(() => desk.StatusOf(21) == SubmitStatus.Included);
    }

    private static Task PassDeadlineAsync(SubmitterDesk desk) =>
        desk.Desk.Node.InvokeAsync("evm_increaseTime", writer => writer.WriteNumberValue(7200), ExecutionDesk.Cancellation);

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
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the full disk is a Linux tmpfs");
        string path = Directory.CreateTempSubdirectory("frb-disk-").FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path), "could not tell: this user may not mount a small file system (run as root)");
        return _mounted = path;
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
