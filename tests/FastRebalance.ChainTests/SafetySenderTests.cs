using System.Text.Json.Nodes;
using FastRebalance.Amm;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Hosting;
using FastRebalance.Messaging;
using FastRebalance.Replaying;
using FastRebalance.Reports;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>Two keys of one desk trade one vault through the real executor contract.</summary>
public sealed class SafetySenderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Order_EconomyIsStuckBelowTheBaseFee_SafetyLandsInTheNextBlockAndEconomyIsCancelled()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartWithContractAsync();
        using TransactionSigner signer = SafetyKey.Signer(desk.Setup.ChainId);
        await SafetyKey.FundAsync(desk.Node, signer.Address);
        await SafetyKey.TrustAsync(desk.Node, desk.Setup.Executor, desk.Signer.Address, signer.Address);
        ulong baseFee = (await desk.Node.BlockAsync(BlockRef.Latest, Cancellation))!.BaseFeePerGasWei;
        ExecutionSetup safetySetup = desk.Setup with { Account = signer.Address, Vault = desk.Signer.Address, Lane = 1 };
        desk.Setup = desk.Setup with { MaxFeePerGasWei = (4 * baseFee) + 2_000_000_000, ResendAfterHeads = 1, RepriceAfterHeads = 2 };
        await desk.TradeAsync();
        RingBuffer<MarketEvent> reports = RingBuffer<MarketEvent>.CreateMultiProducer(1024, WaitStrategy.ByName("blocking"));
        await using OrderExecutor safety = new(safetySetup, desk.Node, signer, [new PublicChannel(desk.Node)], desk, reports);
        Assert.Empty((await safety.StartAsync(Cancellation)).Problems);
        await desk.AutomineAsync(false);

        Send(desk, safety, 1, PolicyTier.Economic);
        await desk.Statuses(1);
        await PooledAsync(desk, desk.Executor);
        await NodeCheats.SetNextBaseFee(desk.Node, 6 * (baseFee + 1_000_000_000), Cancellation);
        await desk.MineAsync();
        ulong stuckAt = await desk.Node.BlockNumberAsync(Cancellation);
        await desk.UntilAsync(() => safety.Figures().HeadNumber == stuckAt); // it pays what this block asks for
        Send(desk, safety, 2, PolicyTier.Safety);
        await desk.UntilAsync(() => safety.Outcomes() is [{ Status: SubmitStatus.Submitted }]);
        await PooledAsync(desk, safety);
        Assert.Equal(SubmitStatus.Submitted, desk.Executor.Outcomes()[0].History[^1]); // nothing has become of it
        await desk.MineAsync();

        await desk.UntilAsync(() => safety.Outcomes()[0].Status == SubmitStatus.Included);
        OrderOutcome landed = safety.Outcomes()[0];
        Assert.Equal(stuckAt + 1, landed.IncludedBlock);
        Assert.Equal(signer.Address, (await desk.Node.TransactionAsync(landed.TransactionHash, Cancellation))!.From);
        await MineUntilAsync(desk, () => desk.Executor.Outcomes()[0].Status == SubmitStatus.Dropped);
        Assert.True(desk.Executor.Figures().Cancels > 0);
        Assert.Contains("cancel took its nonce", desk.Executor.Outcomes()[0].Reason, StringComparison.Ordinal);
        Assert.False(await IsUsedAsync(desk, 1));
        Assert.True(await IsUsedAsync(desk, 2));
    }

    [Fact]
    public async Task Order_EconomyFillsBeforeItsCancel_BothAreReportedAndTheVaultKeepsWhatSafetyMeantToKeep()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartWithContractAsync();
        using TransactionSigner signer = SafetyKey.Signer(desk.Setup.ChainId);
        await SafetyKey.FundAsync(desk.Node, signer.Address);
        await SafetyKey.TrustAsync(desk.Node, desk.Setup.Executor, desk.Signer.Address, signer.Address);
        ExecutionSetup safetySetup = desk.Setup with { Account = signer.Address, Vault = desk.Signer.Address, Lane = 1 };
        await desk.TradeAsync();
        RingBuffer<MarketEvent> reports = RingBuffer<MarketEvent>.CreateMultiProducer(1024, WaitStrategy.ByName("blocking"));
        await using OrderExecutor safety = new(safetySetup, desk.Node, signer, [new PublicChannel(desk.Node)], desk, reports);
        Assert.Empty((await safety.StartAsync(Cancellation)).Problems);
        UInt256 held = await desk.HoldingAsync("USDC");
        OrderLeg leg = Leg(desk);

        Send(desk, safety, 1, PolicyTier.Economic, leg); // mined at once
        await desk.UntilAsync(() => desk.Executor.Outcomes() is [{ Status: SubmitStatus.Included }]);
        Send(desk, safety, 2, PolicyTier.Safety, leg with
        {
            AmountIn = 3 * leg.AmountIn,
            ExpectedOut = 3 * leg.ExpectedOut,
            MinimumOut = 3 * leg.MinimumOut,
            KeepBalance = held - (3 * leg.AmountIn),
        });
        await desk.UntilAsync(() => safety.Outcomes() is [{ Status: SubmitStatus.Included or SubmitStatus.NotSent }]);
        Assert.Equal("", safety.Outcomes()[0].Reason);

        Assert.Equal(held - (3 * leg.AmountIn), await desk.HoldingAsync("USDC"));
        Assert.Equal(2 * leg.AmountIn, safety.Outcomes()[0].Legs[0].Spent);
        Assert.Equal(0, desk.Executor.Figures().Cancels); // what is mined is not given up
    }

    [Fact]
    public async Task PrepareAsync_SafetyAccountsMistakes_AreToldUnderItsName()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        SafetyKey.ToEnvironment();

        ConfigProblem same = Assert.Single((await Assert.ThrowsAsync<ConfigException>(
            () => PrepareAsync(chain, "same", root => root["safetyAccount"] = root["account"]!.DeepClone()))).Problems);
        ConfigProblem untrusted = Assert.Single((await Assert.ThrowsAsync<ConfigException>(() => PrepareAsync(chain, "untrusted", _ => { }))).Problems);

        Assert.Equal(("safetyAccount", "safetyAccount"), (same.Path, untrusted.Path));
        Assert.Contains("which is the account itself", same.Found, StringComparison.Ordinal);
        Assert.Contains("trusts with None", untrusted.Found, StringComparison.Ordinal);
        Assert.Contains("setTrust(", untrusted.Wanted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WithASafetyAccount_SafetyTradesByItsOwnKeyAndTheJournalReplays()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = folder.Path, Seed = 7, BlockTime = TimeSpan.FromMilliseconds(400), Noise = true }, Cancellation);
        SafetyKey.ToEnvironment();
        using TransactionSigner signer = SafetyKey.Signer(LocalChain.ChainId);
        await SafetyKey.FundAsync(chain.Node, signer.Address);
        await SafetyKey.TrustAsync(chain.Node, chain.Manifest.Contract("rebalanceExecutor"), chain.Manifest.Account("desk"), signer.Address);
        string config = WithSafety(chain, "both", static root => root.SetBand(15));
        RunReport report;

        await using (LiveRun run = await LiveRun.StartAsync(config))
        {
            // The desk starts far off: that is safety's. What the noise brings later is economy's.
            await run.UntilAsync(() => run.Included > 1, "trades");
            ulong before = await chain.Node.NonceAsync(run.Account, BlockRef.Latest, Cancellation);
            while (await chain.Node.NonceAsync(signer.Address, BlockRef.Latest, Cancellation) == 0
                || await chain.Node.NonceAsync(run.Account, BlockRef.Latest, Cancellation) == before)
                await run.UntilAsync(Paced(), "trades of both");
            report = await run.StopAsync();
        }

        Assert.Null(report.Fault);
        Assert.Equal(2, report.Submission.Count);
        ConfigFile read = ConfigReader.Read(config);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(read.Resolve(read.Engine.Journal), "accounts")).Length);
        Assert.Equal(report.Transactions.Select(transaction => transaction.Order).Order(StringComparer.Ordinal), report.Transactions.Select(transaction => transaction.Order));
        ReplayResult replay = JournalReplay.Run(read, report.Journal);
        Assert.True(replay.IsIdentical, replay.FirstDifference);
    }

    // True the second time it is asked: a wait that notices when the run has ended.
    private static Func<bool> Paced()
    {
        int asked = 0;
        return () => asked++ > 0;
    }

    private static Task<PreparedRun> PrepareAsync(LocalChain chain, string name, Action<JsonObject> edit) =>
        PreparedRun.PrepareAsync(ConfigReader.Read(WithSafety(chain, name, edit)), Cancellation);

    private static string WithSafety(LocalChain chain, string name, Action<JsonObject> edit) => ConfigEdits.Write(chain.ConfigPath, name + ".json", root =>
    {
        root["contracts"]!["rebalanceExecutor"] = chain.Manifest.Contract("rebalanceExecutor").ToString();
        root["safetyAccount"] = new JsonObject { ["privateKeyEnv"] = SafetyKey.Variable };
        root["portfolios"]![0]!["safety"] = new JsonObject
        {
            ["triggers"] = new JsonArray(new JsonObject { ["kind"] = "drift-band", ["absoluteBps"] = 300 }),
        };
        root.SetJournal("journal-" + name);
        edit(root);
    });

    private static OrderLeg Leg(ExecutionDesk desk)
    {
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(UniswapV3Pool.KindName, "USDC", "WETH", 500));
        return leg with { MinimumOut = leg.MinimumOut - (leg.MinimumOut / 200) };
    }

    private static void Send(ExecutionDesk desk, OrderExecutor safety, ulong id, PolicyTier tier, OrderLeg? leg = null)
    {
        RingBuffer<OrderEvent> ring = RingBuffer<OrderEvent>.CreateSingleProducer(2, WaitStrategy.ByName("blocking"));
        ring.Next(2);
        ring[0] = new OrderEvent
        {
            Kind = OrderEventKind.Decision,
            OrderId = id,
            LegCount = 1,
            Decision = new DecisionOutcome
            {
                Verdict = DecisionVerdict.Order, Tier = tier, DeadlineUnixSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600,
            },
        };
        ring[1] = new OrderEvent { Kind = OrderEventKind.Leg, OrderId = id, Leg = leg ?? Leg(desk) };
        ring.Publish(0, 1);
        new SenderLanes(desk.Executor, safety).OnBatch(ring, 0, 1);
    }

    // An order counts as submitted before the node has it: a block mined in between would be without it.
    private static async Task PooledAsync(ExecutionDesk desk, OrderExecutor sender)
    {
        Hash32 hash = sender.Outcomes()[^1].TransactionHash;
        while (await desk.Node.TransactionAsync(hash, Cancellation) is null)
            await Task.Delay(10, Cancellation);
    }

    // One by one: heads that come together count as one look.
    private static async Task MineUntilAsync(ExecutionDesk desk, Func<bool> holds)
    {
        for (int i = 0; i < 200 && !holds(); i++)
        {
            await desk.MineAsync();
            await Task.Delay(50, Cancellation);
        }
        Assert.True(holds(), string.Join("; ", desk.Executor.Outcomes().Select(outcome => $"{string.Join(",", outcome.History)} {outcome.Reason}")));
    }

    private static async Task<bool> IsUsedAsync(ExecutionDesk desk, ulong decision) =>
        (await desk.Node.CallAsync(desk.Setup.Executor, ExecutorCalls.IsUsed(decision), BlockRef.Latest, cancellation: Cancellation))[^1] == 1;
}
