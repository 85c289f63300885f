using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Execution.Submission;
using FastRebalance.Reloading;
using FastRebalance.Replaying;
using FastRebalance.Reports;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>Whole runs in which orders leave by bytes that were signed before they were decided, and what stops them.</summary>
public sealed class LiveFiringTests : IDisposable
{
    private readonly DevnetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    // A trader pushes one price in small steps, so that the band is left by a little: what was foreseen at its edge is what is decided.
    [Fact]
    public async Task RunAsync_PriceLeavesTheBandStepByStep_FiresWhatWasSignedBefore()
    {
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.Path, Seed = 21 }, Cancellation);
        await using LiveRun run = await LiveRun.StartAsync(chain.ConfigPath);
        await SettleAsync(chain, run);
        int cold = run.Host.Orders.Count;

        for (int step = 0; step < 200 && run.Host.Submission.Fired == 0; step++)
        {
            long armed = Armings(run);
            await PushAsync(chain, 40_000_000_000);
            // A head's worth of foresight, signatures and a sync, however long that takes here; a head that asks for none is given a moment.
            for (int look = 0; look < 100 && (look < 7 || Armings(run) == armed) && run.Host.Submission.Fired == 0; look++)
                await Task.Delay(20, Cancellation);
        }
        await run.UntilAsync(() => run.Host.Submission.Fired > 0, "a shot");
        await run.UntilAsync(() => run.Host.Orders[^1].Status is SubmitStatus.Included or SubmitStatus.Final or SubmitStatus.Reverted, "its block");
        OrderOutcome order = run.Host.Orders[^1];
        RunReport report = await run.StopAsync();

        Assert.Null(report.Fault);
        Assert.True(run.Host.Orders.Count > cold);
        Assert.Equal(SubmitStatus.Included, order.History[^1] == SubmitStatus.Final ? order.History[^2] : order.History[^1]);
        SubmissionReport submission = Assert.Single(report.Submission);
        Assert.True(submission.Ladder!.Hits >= 1, "a shot whose bytes were not durable before is no hit");
        Assert.True(submission.Ladder.TriggerToFirstByte.Values.Sum(times => times.Count) >= 1);
        Receipt receipt = (await chain.Node.ReceiptAsync(order.TransactionHash, Cancellation))!;
        Assert.True(receipt.Succeeded);
    }

    // What was signed for the wide band is taken back with it; what is foreseen by the narrow one is signed anew, and leaves by the same way.
    [Fact]
    public async Task ReloadAsync_NarrowerBandWhileLaddersLieReady_DrawsThemAnewAndFiresByThem()
    {
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.Path, Seed = 24 }, Cancellation);
        await using LiveRun run = await LiveRun.StartAsync(chain.ConfigPath);
        await SettleAsync(chain, run);
        await MineUntilAsync(chain, run, () => Armings(run) > 0, "a ladder");
        long before = Armings(run);
        ConfigEdits.Write(chain.ConfigPath, Path.GetFileName(chain.ConfigPath), static root => root.SetBand(60));

        ReloadLine reload = await run.Host.ReloadAsync("the test", Cancellation);

        Assert.True(reload.IsTaken, reload.Text);
        await MineUntilAsync(chain, run, () => Armings(run) > before, "a ladder by the new band");
        for (int step = 0; step < 200 && run.Host.Submission.Fired == 0; step++)
        {
            long armed = Armings(run);
            await PushAsync(chain, 20_000_000_000);
            for (int look = 0; look < 100 && (look < 7 || Armings(run) == armed) && run.Host.Submission.Fired == 0; look++)
                await Task.Delay(20, Cancellation);
        }
        await run.UntilAsync(() => run.Host.Submission.Fired > 0, "a shot");
        RunReport report = await run.StopAsync();

        Assert.Null(report.Fault);
        // The old band would have let it stand; a step under load may overshoot it.
        Assert.Contains(report.Transactions, static order => order.DriftBps is > 60 and < 100);
        ReplayResult replay = JournalReplay.Run(ConfigReader.Read(chain.ConfigPath), report.Journal);
        Assert.True(replay.IsIdentical, replay.FirstDifference);
    }

    [Fact]
    public async Task RunAsync_StrangerUsesTheKey_HaltsAndNothingMoreLeaves()
    {
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.Path, Seed = 22 }, Cancellation);
        await using LiveRun run = await LiveRun.StartAsync(chain.ConfigPath);
        await SettleAsync(chain, run);
        int orders = run.Host.Orders.Count;

        await chain.Node.InvokeAsync("anvil_impersonateAccount", writer => writer.WriteStringValue(run.Account.ToString()), Cancellation);
        await chain.Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, run.Account.ToString());
            writer.WriteString("to"u8, run.Account.ToString());
            writer.WriteEndObject();
        }, Cancellation);
        await run.UntilEndedAsync();
        RunReport report = await run.StopAsync();

        Assert.Contains("another program uses the key", report.Fault);
        Assert.Equal("halt", report.Submission[0].Mode);
        Assert.Equal(orders, run.Host.Orders.Count(order => order.Nonce is not null));
    }

    [Fact]
    public async Task Kill_WhileARunTradesAndAfterIt_HoldsUntilItIsLifted()
    {
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.Path, Seed = 23 }, Cancellation);
        string hash;
        await using (LiveRun run = await LiveRun.StartAsync(chain.ConfigPath))
        {
            await SettleAsync(chain, run);
            hash = run.Host.Orders[0].TransactionHash.ToString();

            CommandResult running = await CommandProcess.RunAsync("status", "-c", chain.ConfigPath, "--json");
            CommandResult killed = await CommandProcess.RunAsync("kill", "-c", chain.ConfigPath, "--mode", "soft");
            await run.UntilAsync(() => run.Host.Submission.Mode == AccountMode.Killed, "the switch");

            Assert.Equal((0, 0), (running.ExitCode, killed.ExitCode));
            Assert.Equal("run", AccountOf(running).GetProperty("mode").GetString());
            Assert.Contains("taken it up", killed.Output);
            CommandResult refused = await CommandProcess.RunAsync("kill", "-c", chain.ConfigPath, "--lift");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("end it first", refused.Error);
            await run.StopAsync();
        }

        CommandResult idle = await CommandProcess.RunAsync("status", "-c", chain.ConfigPath, "--json");
        Assert.Equal("soft", AccountOf(idle).GetProperty("kill").GetString());
        await using (LiveRun still = await LiveRun.StartAsync(chain.ConfigPath))
        {
            Assert.Contains("kill --lift", still.Host.StopReason);
            await still.StopAsync();
        }
        CommandResult story = await CommandProcess.RunAsync("explain", hash, "-c", chain.ConfigPath);
        Assert.Equal(0, story.ExitCode);
        Assert.Contains("armed: Fill", story.Output);
        Assert.Contains("let go", story.Output);
        Assert.Contains("included in block", story.Output);
        CommandResult lifted = await CommandProcess.RunAsync("kill", "-c", chain.ConfigPath, "--lift");
        Assert.Equal(0, lifted.ExitCode);
        await using LiveRun again = await LiveRun.StartAsync(chain.ConfigPath);
        Assert.Null(again.Host.StopReason);
    }

    [Theory]
    [InlineData("--mode", "gently", "soft, hard or cold")]
    [InlineData("--lift", "--mode=soft", "both")]
    public async Task Kill_WordThatIsNone_SaysWhichThereAre(string first, string second, string wanted)
    {
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.Path, Seed = 24 }, Cancellation);

        CommandResult result = await CommandProcess.RunAsync("kill", "-c", chain.ConfigPath, first, second);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(wanted, result.Error);
    }

    private static JsonElement AccountOf(CommandResult result) => JsonDocument.Parse(result.Output).RootElement.GetProperty("accounts")[0];

    /// <summary>The first orders bring the desk to its target, and blocks go on a while.</summary>
    private static async Task SettleAsync(LocalChain chain, LiveRun run)
    {
        await run.UntilAsync(() => run.Included > 0, "the first trade");
        for (int block = 0; block < 100 && run.Host.Monitor.Summary().Last.Verdict != DecisionVerdict.InsideBand; block++)
        {
            await chain.Node.InvokeAsync("evm_mine", null, Cancellation);
            await Task.Delay(100, Cancellation);
        }
        await run.UntilAsync(() => run.Host.Monitor.Summary().Last.Verdict == DecisionVerdict.InsideBand, "the desk at its target");
    }

    /// <summary>What a head came too early for, the next makes up for; here none comes by itself.</summary>
    private static async Task MineUntilAsync(LocalChain chain, LiveRun run, Func<bool> isSo, string what)
    {
        for (int block = 0; block < 100 && !isSo(); block++)
        {
            await chain.Node.InvokeAsync("evm_mine", null, Cancellation);
            await Task.Delay(200, Cancellation);
        }
        await run.UntilAsync(isSo, what);
    }

    private static long Armings(LiveRun run) => run.Host.Submission.Ladder!.Rearm.Count;

    private static Task PushAsync(LocalChain chain, UInt256 amount)
    {
        Address noise = chain.Manifest.Account("noise");
        byte[] swap = UniswapCalls.SwapV3ByRouter02(
            chain.Manifest.Token("USDC").Address, chain.Manifest.Token("WETH").Address, 500, amount, UInt256.Zero, noise);
        return chain.Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, noise.ToString());
            writer.WriteString("to"u8, chain.Manifest.Contract("swapRouter02").ToString());
            writer.WriteString("input"u8, Hex.Encode(swap));
            writer.WriteString("gas"u8, Hex.Quantity(400_000));
            writer.WriteEndObject();
        }, Cancellation);
    }
}
