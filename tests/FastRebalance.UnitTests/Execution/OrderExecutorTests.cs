using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Mempool;
using FastRebalance.UnitTests.Execution.Mempool;

namespace FastRebalance.UnitTests.Execution;

public sealed class OrderExecutorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Order_Usual_LoggedThenSentThenIncludedThenFinal()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        int loggedAtSend = 0;
        bench.Chain.OnSubmit = () => loggedAtSend = bench.Logged.Count;

        bench.Order(1);
        Assert.Equal(["1 Submitted"], await bench.Reports(1));
        Assert.Equal(1, loggedAtSend);
        Hash32 hash = bench.Chain.Sent[0].Hash;
        Assert.Equal(hash, bench.Logged[0]);
        bench.Chain.Mine(hash, true, OrderBench.SwapLog(990));
        await bench.Reports(3);
        bench.Chain.Mine();
        bench.Chain.Mine();

        Assert.Equal(["1 Submitted", "1 Included", "1 leg 0: 1000 for 990", "1 Final"], await bench.Reports(4));
        await OrderBench.Until(() => bench.Executor.Outcomes()[0].Status == SubmitStatus.Final);
        OrderOutcome outcome = Assert.Single(bench.Executor.Outcomes());
        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included, SubmitStatus.Final], outcome.History);
        Assert.Equal(hash, outcome.TransactionHash);
        Assert.Equal(7UL, outcome.Nonce);
        Assert.Equal(150_000UL, outcome.GasUsed);
        Assert.Equal((UInt256)990UL, outcome.Legs[0].Received);
        Assert.Equal("", outcome.Reason);
        Assert.Equal(1, bench.Executor.Timings.DueToSent.Count);
    }

    [Fact]
    public async Task Order_IncludedEvent_CarriesBlockGasAndTheHeadsTime()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);
        bench.Chain.Mine(bench.Chain.Sent[0].Hash, true, OrderBench.SwapLog(990));
        await bench.Reports(3);

        var included = bench.Events().ElementAt(1);
        Assert.Equal(SubmitStatus.Included, included.Order.Status);
        Assert.Equal(4UL, included.Order.IncludedBlock);
        Assert.Equal(4UL, included.BlockNumber);
        Assert.Equal(150_000UL, included.Order.GasUsed);
        Assert.Equal(2_000_000_000UL, included.Order.EffectiveGasPriceWei);
        Assert.Equal((UInt256)(150_000UL * 2_000_000_000UL), bench.LoggedBurn.DayWei); // a crash does not give the budget back
        Assert.Equal((bench.Chain.Time - 1) * 1_000_000_000, included.UnixNs);
    }

    // A quarter more than simulated, and room for what the pools write in a later second: one hop here.
    [Fact]
    public async Task Order_GasLimit_LeavesRoomAboveTheSimulation()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);

        TransactionFields fill = Decode(bench.Chain.Sent[0].Raw);
        Assert.Equal(200_000UL + 50_000 + 45_000, fill.GasLimit);
        Assert.Equal(OrderBench.Router, fill.To);
        Assert.Equal(5UL, fill.ChainId);
        Assert.Equal((UInt256)3_000_000_000UL, fill.MaxFeePerGasWei);
    }

    [Fact]
    public async Task Order_TwoAtOnce_TheSecondIsNotSent()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        bench.Order(2);

        Assert.Equal(["2 NotSent", "1 Submitted"], await bench.Reports(2));
        Assert.Single(bench.Chain.Sent);
        Assert.Contains("order 1", bench.Executor.Outcomes()[0].Reason);
    }

    [Fact]
    public async Task Order_AfterAnIncludedOne_TakesTheNextNonce()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);
        bench.Chain.Mine(bench.Chain.Sent[0].Hash, true, OrderBench.SwapLog(990));
        await bench.Reports(3);
        bench.Order(2);

        Assert.Equal("2 Submitted", (await bench.Reports(4))[3]);
        Assert.Equal(8UL, bench.Executor.Outcomes()[1].Nonce);
    }

    [Fact]
    public async Task Order_SimulationReverts_NotSentWithTheContractsReasonAndTheNonceIsFree()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        const string tooLittle = "0x08c379a0" + "0000000000000000000000000000000000000000000000000000000000000020"
            + "0000000000000000000000000000000000000000000000000000000000000013" + "546f6f206c6974746c652072656365697665640000000000000000000000000000";
        bench.Chain.Simulation = new RpcError(3, "execution reverted", tooLittle[..(2 + 2 * (4 + 96))]);
        bench.Order(1);
        Assert.Equal(["1 NotSent"], await bench.Reports(1));
        Assert.Contains("Too little received", bench.Executor.Outcomes()[0].Reason);

        bench.Chain.Simulation = null;
        bench.Order(2);
        await bench.Reports(2);
        Assert.Equal(7UL, bench.Executor.Outcomes()[1].Nonce);
    }

    // Another configuration holds: the last look goes by its age, and whoever asked is told once it does.
    [Fact]
    public async Task Renew_ShorterHeadAge_TheNextOrderIsJudgedByIt()
    {
        await using OrderBench bench = new(static setup => setup with { MaxHeadAge = TimeSpan.FromDays(365) });
        bench.Chain.Time -= 3600;
        bench.Chain.Mine();
        await bench.Executor.StartAsync(Cancellation);
        bench.Order(1);
        Assert.Equal(["1 Submitted"], await bench.Reports(1));
        bench.Chain.Mine(bench.Chain.Sent[0].Hash, true, OrderBench.SwapLog(990));
        await bench.Reports(3);
        TaskCompletionSource renewed = new();

        bench.Executor.Renew(PortfolioId.FromIndex(0), TimeSpan.FromMinutes(1), renewed.SetResult);
        await renewed.Task;
        bench.Order(2);

        Assert.Equal("2 NotSent", (await bench.Reports(4))[^1]);
        Assert.Contains("60 s is the limit", bench.Executor.Outcomes()[1].Reason);
        Assert.Single(bench.Chain.Sent);
    }

    [Theory]
    [InlineData("stale head", "s old")]
    [InlineData("poor", "gas could cost")]
    [InlineData("dear", "base fee")]
    [InlineData("late", "deadline")]
    [InlineData("killed", "enough")]
    public async Task Order_LastLookSaysNo_NotSentAndNothingLeft(string what, string reason)
    {
        await using OrderBench bench = new(setup => what == "stale head" ? setup with { MaxHeadAge = TimeSpan.FromMinutes(1) } : setup);
        if (what == "stale head")
            bench.Chain.Time -= 3600;
        if (what == "poor")
            bench.Chain.Balance = 1000;
        if (what == "dear")
            bench.Chain.BaseFee = 101_000_000_000;
        if (what == "late")
            bench.Deadline = 1000;
        bench.Chain.Mine();
        await bench.Executor.StartAsync(Cancellation);
        if (what == "killed")
            bench.Executor.Kill("enough");

        bench.Order(1);

        Assert.Equal(["1 NotSent"], await bench.Reports(1));
        Assert.Contains(reason, bench.Executor.Outcomes()[0].Reason);
        Assert.Empty(bench.Chain.Sent);
        Assert.Empty(bench.Logged);
    }

    [Fact]
    public async Task Order_LogFails_NothingLeavesAndTradingStops()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.LogFailure = new IOException("the disk is full");
        bench.Order(1);

        Assert.Equal(["Kill", "1 NotSent"], (await bench.Reports(2)).Order(StringComparer.Ordinal).Reverse());
        Assert.Empty(bench.Chain.Sent);
        Assert.Equal(ExecutorState.Faulted, bench.Executor.State);
        Assert.Contains("the disk is full", bench.Executor.StopReason);
        bench.LogFailure = null;
        bench.Order(2);
        Assert.Contains("2 NotSent", await bench.Reports(3));
    }

    [Fact]
    public async Task Order_DryRun_SignedAndNothingSentOrLogged()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { DryRun = true });
        bench.Order(1);
        await bench.Reports(1);
        bench.Order(2);

        Assert.Equal(["1 NotSent", "2 NotSent"], await bench.Reports(2));
        Assert.Empty(bench.Chain.Sent);
        Assert.Empty(bench.Logged);
        OrderOutcome outcome = bench.Executor.Outcomes()[0];
        Assert.False(outcome.TransactionHash.IsZero);
        Assert.Contains("dry run", outcome.Reason);
        bench.Chain.Mine();
        bench.Chain.Mine();
        Assert.Equal(ExecutorState.Running, bench.Executor.State);
    }

    [Fact]
    public async Task Order_DroppedFromThePool_TheSameBytesAgain()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { ResendAfterHeads = 1, RepriceAfterHeads = 100 });
        bench.Order(1);
        await bench.Reports(1);
        bench.Chain.Drop(bench.Chain.Sent[0].Hash);
        bench.Chain.Mine();

        await OrderBench.Until(() => bench.Chain.Sent.Count == 2);
        Assert.Equal(bench.Chain.Sent[0].Raw, bench.Chain.Sent[1].Raw);
        Assert.Single(bench.Logged);
    }

    [Fact]
    public async Task Order_Stuck_IsReplacedAtTheSameNonce()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { RepriceAfterHeads = 1 });
        bench.Order(1);
        await bench.Reports(1);
        bench.Chain.Mine();

        Assert.Equal(["1 Submitted", "1 Replaced"], await bench.Reports(2));
        Assert.Equal(2, bench.Logged.Count);
        Assert.NotEqual(bench.Chain.Sent[0].Hash, bench.Chain.Sent[1].Hash);
        bench.Chain.Mine(bench.Chain.Sent[1].Hash, true, OrderBench.SwapLog(985));
        Assert.Equal("1 Included", (await bench.Reports(4))[2]);
    }

    [Fact]
    public async Task Order_Reverted_SaysWhy()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);
        bench.Chain.Simulation = new RpcError(3, "execution reverted: no luck");
        bench.Chain.Mine(bench.Chain.Sent[0].Hash, succeeded: false);

        Assert.Equal(["1 Submitted", "1 Reverted"], await bench.Reports(2));
        await OrderBench.Until(() => bench.Executor.Outcomes()[0].Status == SubmitStatus.Reverted);
        Assert.Contains("no luck", bench.Executor.Outcomes()[0].Reason);
    }

    [Fact]
    public async Task Order_BlockLeavesTheChain_SameBytesAgainAndIncludedAgain()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);
        Hash32 hash = bench.Chain.Sent[0].Hash;
        bench.Chain.Mine(hash, true, OrderBench.SwapLog(990));
        await bench.Reports(3);

        bench.Chain.Reorg(1);
        Assert.Equal("1 Reorged", (await bench.Reports(4))[3]);
        await OrderBench.Until(() => bench.Chain.Sent.Count == 2);
        Assert.Equal(bench.Chain.Sent[0].Raw, bench.Chain.Sent[1].Raw);
        bench.Chain.Mine(hash, true, OrderBench.SwapLog(970));
        Assert.Equal(["1 Included", "1 leg 0: 1000 for 970"], (await bench.Reports(6))[4..6]);
    }

    // What is held and wanted is told anew after the trade; with its block gone that is no reason to do without it.
    [Fact]
    public async Task Order_UndoneAfterItsWeightsWereReached_IsNotGivenUp()
    {
        MempoolWatch watch = new(MempoolFixture.Market(), [OrderBench.Account], new MempoolOptions());
        watch.OnPoolsRead(new BlockHeader
        {
            Number = 1,
            Hash = MempoolFixture.Hash(1),
            ParentHash = default,
            TimestampSeconds = 1,
            BaseFeePerGasWei = 1_000_000_000,
            GasUsed = 15_000_000,
            GasLimit = 30_000_000,
        });
        await using OrderBench bench = await OrderBench.StartedAsync(pending: watch);
        bench.Executor.Foresee([], Held(a: 2_000, b: 0), band: 0.01);
        bench.Order(1);
        await bench.Reports(1);
        Hash32 hash = bench.Chain.Sent[0].Hash;
        bench.Chain.Mine(hash, true, OrderBench.SwapLog(1_990));
        await bench.Reports(3);
        bench.Executor.Foresee([], Held(a: 1_000, b: 2_000), band: 0.01);
        bench.Chain.Reorg(1);
        await bench.Reports(4);
        await OrderBench.Until(() =>
        {
            watch.Answer();
            return watch.Published.Order is { IsLive: true };
        });
        bench.Chain.Mine(hash, true, OrderBench.SwapLog(1_990));

        Assert.Equal(MempoolAction.FireNow, watch.Published.Advice!.Action);
        Assert.Equal(["1 Reorged", "1 Included", "1 leg 0: 1000 for 1990"], (await bench.Reports(6))[3..]);
        Assert.Equal([hash, hash], bench.Chain.Sent.Select(sent => sent.Hash));
    }

    /// <summary>Half and half is wanted, at two B for an A.</summary>
    private static PortfolioWeights Held(double a, double b) => new(World.B, [World.A, World.B], [a, b], [0.5, 0.5], [World.V3AB, PoolId.None]);

    [Fact]
    public async Task Order_DeadlinePasses_ACancelTakesTheNonce()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { RepriceAfterHeads = 100 });
        bench.Order(1);
        await bench.Reports(1);
        bench.Chain.Time = bench.Deadline;
        bench.Chain.Mine();
        await OrderBench.Until(() => bench.Chain.Sent.Count == 2);
        TransactionFields fill = Decode(bench.Chain.Sent[0].Raw);
        TransactionFields cancel = Decode(bench.Chain.Sent[1].Raw);
        Assert.Equal(fill.Nonce, cancel.Nonce);
        Assert.Equal(OrderBench.Account, cancel.To);
        Assert.Equal(21_000UL, cancel.GasLimit);
        Assert.True(cancel.Data.IsEmpty && cancel.ValueWei.IsZero);
        Assert.True(cancel.MaxFeePerGasWei > fill.MaxFeePerGasWei);
        Assert.Equal(2, bench.Logged.Count);
        bench.Chain.Mine(bench.Chain.Sent[1].Hash);

        Assert.Equal(["1 Submitted", "1 Dropped"], await bench.Reports(2));
        await OrderBench.Until(() => bench.Executor.Outcomes()[0].Reason.Contains("(the deadline is past)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Order_LineBreaksMidFlight_SameBytesAgainAfterIt()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { RepriceAfterHeads = 100 });
        bench.Chain.OnSubmit = () => bench.Chain.IsBroken = true;
        bench.Order(1);
        Assert.Equal(["1 Submitted"], await bench.Reports(1));
        bench.Chain.OnSubmit = null;
        bench.Chain.Break();
        bench.Chain.Heal();

        await OrderBench.Until(() => bench.Chain.Sent.Count == 1);
        bench.Chain.Mine(bench.Chain.Sent[0].Hash, true, OrderBench.SwapLog(990));
        Assert.Equal("1 Included", (await bench.Reports(3))[1]);
        Assert.Single(bench.Logged);
    }

    [Fact]
    public async Task Order_ForeignTransactionTakesTheNonce_ForeignAndTradingStops()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { RepriceAfterHeads = 100 });
        bench.Order(1);
        await bench.Reports(1);
        bench.Chain.Drop(bench.Chain.Sent[0].Hash);
        int looks = bench.Chain.Looks;
        bench.Chain.MineForeign();
        await OrderBench.Until(() => bench.Chain.Looks > looks);
        bench.Chain.Mine();

        Assert.Equal(["1 Submitted", "1 Foreign", "Kill"], await bench.Reports(3));
        Assert.Equal(ExecutorState.Faulted, bench.Executor.State);
    }

    [Fact]
    public async Task Idle_ForeignTransaction_TradingStops()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Chain.MineForeign();

        Assert.Equal(["Kill"], await bench.Reports(1));
        Assert.Contains("another program uses the key", bench.Executor.StopReason);
    }

    [Fact]
    public async Task Order_NeverMineable_ACancelTakesItsNonceAndTheNextOrderTradesOn()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Chain.NextAnswer = AnswerClass.Fatal;
        bench.Chain.OnSubmit = () => bench.Chain.NextAnswer = bench.Chain.Sent.Count == 0 ? AnswerClass.Fatal : AnswerClass.Accepted;
        bench.Order(1);
        await OrderBench.Until(() => bench.Chain.Sent.Count == 2);
        bench.Chain.Mine(bench.Chain.Sent[1].Hash);
        Assert.Equal(["1 Submitted", "1 Dropped"], await bench.Reports(2));

        bench.Order(2);
        Assert.Equal("2 Submitted", (await bench.Reports(3))[2]);
        Assert.Equal(8UL, bench.Executor.Outcomes()[1].Nonce);
    }

    [Fact]
    public async Task StopAsync_OrderUnderWay_WaitsUntilItIsIncluded()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);
        Task<DrainOutcome> stopping = bench.Executor.StopAsync(TimeSpan.FromSeconds(30));
        bench.Chain.Mine(bench.Chain.Sent[0].Hash, true, OrderBench.SwapLog(990));

        DrainOutcome drained = await stopping;

        Assert.True(drained.IsClean);
        Assert.Empty(drained.InFlight);
        Assert.Equal(1UL, Assert.Single(drained.NotFinal).OrderId);
        Assert.Equal(ExecutorState.Stopped, bench.Executor.State);
    }

    [Fact]
    public async Task StopAsync_TimeIsUp_TellsWhatMayStillBeMined()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();
        bench.Order(1);
        await bench.Reports(1);

        DrainOutcome drained = await bench.Executor.StopAsync(TimeSpan.FromMilliseconds(20));

        Assert.False(drained.IsClean);
        Assert.Equal(bench.Chain.Sent[0].Hash, Assert.Single(drained.InFlight).TransactionHash);
    }

    [Fact]
    public async Task StopAsync_NothingUnderWay_EndsAtOnceAndTakesNoOrder()
    {
        await using OrderBench bench = await OrderBench.StartedAsync();

        Assert.True((await bench.Executor.StopAsync(TimeSpan.FromSeconds(30))).IsClean);
        bench.Order(1);
        Assert.Empty(bench.Chain.Sent);
    }

    // ---- the start -------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("chain", "serves chain 6")]
    [InlineData("code", "has code")]
    [InlineData("pending", "wait in the pool")]
    [InlineData("coins", "no coins")]
    public async Task StartAsync_AccountCannotTrade_SaysWhy(string what, string reason)
    {
        await using OrderBench bench = new();
        if (what == "chain")
            bench.Chain.ChainId = 6;
        if (what == "code")
            bench.Chain.AccountCode = [0xef, 0x01, 0x00];
        if (what == "pending")
            bench.Chain.PendingExtra = 2;
        if (what == "coins")
            bench.Chain.Balance = 0;

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Executor.StartAsync(Cancellation));
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public async Task StartAsync_NoAllowance_StartsAndTells()
    {
        await using OrderBench bench = new();
        bench.Chain.Allowance = 0;

        AccountCheck check = await bench.Executor.StartAsync(Cancellation);

        Assert.True(check.MayTrade);
        Assert.Equal(World.Assets.Length, check.Problems.Count(problem => problem.Kind == AccountProblemKind.NoAllowance));
        Assert.Contains("approve", check.Problems[0].Message);
    }

    [Fact]
    public async Task StartAsync_PoolOfAnotherFactory_SaysWhich()
    {
        await using OrderBench bench = new(setup => setup with
        {
            Pools = [World.Pools[0] with { Address = World.Token(0x55) }, .. World.Pools[1..]],
        });

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Executor.StartAsync(Cancellation));
        Assert.Contains(World.Token(0x55).ToString(), error.Message);
    }

    [Fact]
    public void Constructor_AnotherAccountsKey_Throws() =>
        Assert.Throws<ArgumentException>(() => new OrderBench(setup => setup with { Account = World.Token(1) }));

    private static TransactionFields Decode(byte[] raw)
    {
        Assert.True(TransactionDecoder.Decode(raw, out SignedTransaction transaction).IsValid);
        Assert.True(transaction.TryRecoverSender(out Address sender));
        Assert.Equal(OrderBench.Account, sender);
        return transaction.Fields;
    }
}
