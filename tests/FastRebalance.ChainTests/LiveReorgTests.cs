using FastRebalance.Core.Results;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Reports;

namespace FastRebalance.ChainTests;

public sealed class LiveReorgTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Without noise: the node forgets what the undone blocks held, and the trader would wait for its lost nonces for ever.
    [Fact]
    public async Task RunAsync_OwnTransactionUndoneByAReorg_SendsItAgainAndTradesOn()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = folder.Path, Seed = 6, BlockTime = TimeSpan.FromMilliseconds(700) }, Cancellation);
        // Else the reorganisation may undo the chain's own set-up, and with it an earlier nonce of the desk.
        await chain.Node.InvokeAsync("anvil_mine", writer => writer.WriteStringValue("0x3"), Cancellation);
        ulong nonce = await chain.Node.NonceAsync(chain.Manifest.Account("desk"), BlockRef.Latest, Cancellation);
        await using LiveRun run = await LiveRun.StartAsync(chain.ConfigPath);
        await run.UntilAsync(() => run.Included > 0, "the first trade");

        OrderOutcome before = run.Host.Orders[0];
        ulong head = await chain.Node.BlockNumberAsync(Cancellation);
        ulong depth = Math.Max(2, head - before.IncludedBlock + 1);
        await chain.Node.InvokeAsync("anvil_reorg", writer =>
        {
            writer.WriteNumberValue(depth);
            writer.WriteStartArray();
            writer.WriteEndArray();
        }, Cancellation);
        Assert.Null(await chain.Node.ReceiptAsync(before.TransactionHash, Cancellation));
        await run.UntilAsync(() => run.Host.Orders[0].History.Contains(SubmitStatus.Reorged), "the reorganisation being told");
        await run.UntilAsync(() => run.Host.Orders.All(o => o.Status is SubmitStatus.Included or SubmitStatus.Final or SubmitStatus.NotSent), "the trade being mined again");
        long decisions = run.Host.Monitor.Summary().Decisions;
        await run.UntilAsync(() => run.Host.Monitor.Summary().Decisions > decisions + 2
            && run.Host.Monitor.Summary().Last.Verdict == DecisionVerdict.InsideBand, "the desk at its target");
        RunReport report = await run.StopAsync();

        Assert.Null(report.Fault);
        Assert.True(report.Feed.Reorgs >= 1);
        Assert.True(report.Feed.Snapshots >= 2);
        Assert.Equal(SubmitStatus.Included, run.Host.Orders[0].Status);
        Receipt? receipt = await chain.Node.ReceiptAsync(run.Host.Orders[0].TransactionHash, Cancellation);
        Assert.True(receipt?.Succeeded);
        Assert.Equal(nonce + (ulong)run.Included, await chain.Node.NonceAsync(run.Account, BlockRef.Latest, Cancellation));
    }
}
