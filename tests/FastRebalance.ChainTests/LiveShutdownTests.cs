using System.Diagnostics;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Reports;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>Ends that come at a bad moment. Each test has a chain of its own: it stops its mining, or its node altogether.</summary>
public sealed class LiveShutdownTests : IDisposable
{
    private readonly DevnetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_StoppedWhileItsOrderWaits_TellsItAndTheNextRunTakesItIn()
    {
        await using LocalChain chain = await LocalChain.StartBareAsync(
            new DevnetOptions { OutputDirectory = _folder.Path, Seed = 9 }, Cancellation);
        await chain.Node.InvokeAsync("evm_setAutomine", writer => writer.WriteBooleanValue(false), Cancellation);
        RunReport report;
        ulong nonce;
        await using (LiveRun first = await LiveRun.StartAsync(chain.ConfigPath, drainTimeout: TimeSpan.FromSeconds(1)))
        {
            nonce = await chain.Node.NonceAsync(first.Account, BlockRef.Latest, Cancellation);
            await first.UntilAsync(() => first.Count(SubmitStatus.Submitted) == 1, "an order on its way");
            report = await first.StopAsync();
            Assert.Equal(nonce, await chain.Node.NonceAsync(first.Account, BlockRef.Latest, Cancellation));
            Assert.Equal(nonce + 1, await chain.Node.NonceAsync(first.Account, BlockRef.Pending, Cancellation));
        }
        Assert.Null(report.Fault);
        Assert.True(report.InFlight);
        Assert.True(report.Succeeded);
        Assert.Equal("submitted", Assert.Single(report.Transactions).Status);

        Task<LiveRun> starting = LiveRun.StartAsync(chain.ConfigPath);
        await chain.Node.InvokeAsync("evm_setIntervalMining", writer => writer.WriteNumberValue(1), Cancellation);
        await using LiveRun second = await starting;
        await second.UntilAsync(() => second.Host.Monitor.Summary().Count(DecisionVerdict.InsideBand) > 1, "the desk at its target");
        RunReport after = await second.StopAsync();

        Assert.Null(after.Fault);
        TransactionReport taken = Assert.Single(after.Transactions); // the earlier run's, by its own bytes
        Assert.Equal((report.Transactions[0].Hash, "included"), (taken.Hash, taken.Status is "final" ? "included" : taken.Status));
        Assert.Equal(nonce + 1, await chain.Node.NonceAsync(second.Account, BlockRef.Pending, Cancellation));
    }

    [Fact]
    public async Task RunAsync_NodeKilledForGood_EndsWhenAskedAndStillReports()
    {
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = _folder.Path, Seed = 10, BlockTime = TimeSpan.FromMilliseconds(400) }, Cancellation);
        await using LiveRun run = await LiveRun.StartAsync(chain.ConfigPath);
        await run.UntilAsync(() => run.Included > 0, "a first trade");

        using Process node = Process.GetProcessById(chain.NodeProcessId);
        node.Kill();
        await run.UntilAsync(() => run.Connection == ConnectionState.Lost, "the loss being noticed");
        await run.UntilAsync(() => run.WasToldOfALoss, "the engine being told");
        RunReport report = await run.StopAsync();

        Assert.Null(report.Fault);
        Assert.False(report.InFlight);
        Assert.Equal(1, report.Feed.Losses);
        int lost = LiveRun.EventsOf(report).FindIndex(e => e.Kind == MarketEventKind.FeedLost);
        Assert.DoesNotContain(LiveRun.OrderedAt(report), sequence => sequence >= lost);
    }

    [Fact]
    public async Task RunAsync_NodeStallsForSeconds_GoesOnWithTheBlocksThatFollow()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stall is a POSIX signal");
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = _folder.Path, Seed = 12, BlockTime = TimeSpan.FromMilliseconds(400), Noise = true }, Cancellation);
        await using LiveRun run = await LiveRun.StartAsync(ConfigEdits.Write(chain.ConfigPath, "narrow.json", root => root.SetBand(15)));
        await run.UntilAsync(() => run.Included > 0, "a first trade");

        await SignalAsync("STOP", chain.NodeProcessId);
        long before;
        do
        {
            before = run.Host.Monitor.Summary().Decisions;
            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation); // what was on its way already arrives
        }
        while (run.Host.Monitor.Summary().Decisions != before);
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
        long after = run.Host.Monitor.Summary().Decisions;
        await SignalAsync("CONT", chain.NodeProcessId);
        int orders = run.Host.Orders.Count;
        await run.UntilAsync(() => run.Host.Orders.Count > orders && run.Count(SubmitStatus.Submitted, SubmitStatus.Replaced) == 0, "a trade after the stall");
        RunReport report = await run.StopAsync();

        Assert.Null(report.Fault);
        Assert.Equal(0, report.Feed.Mismatches);
        Assert.Equal(before, after);
        Assert.Contains(report.Transactions.Skip(orders), t => t.Status is "included" or "final");
    }

    private static async Task SignalAsync(string name, int process)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{process}"]);
        await kill.WaitForExitAsync(Cancellation);
        Assert.Equal(0, kill.ExitCode);
    }
}
