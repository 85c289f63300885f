using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using DeskAccount = FastRebalance.Execution.DeskAccount;

namespace FastRebalance.ChainTests;

/// <summary>Orders on a real node with the real contracts, through everything that can happen to them.</summary>
public sealed class ExecutionTests
{
    private const string V2 = UniswapV2Pool.KindName;
    private const string V3 = UniswapV3Pool.KindName;

    // Three legs, two of which buy the same asset; every amount to the last unit.
    [Fact]
    public async Task Order_ThreeLegs_MinedWithTheExactAmounts()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartAsync()).TradeAsync();
        OrderLeg[] legs =
        [
            desk.Leg("WETH", "USDC", UInt256.PowerOfTen(19), desk.PoolOf(V3, "WETH", "USDC", 500)),
            desk.Leg("USDC", "WBTC", 3_000_000_000, desk.PoolOf(V3, "USDC", "WBTC")),
            desk.Leg("WETH", "WBTC", UInt256.PowerOfTen(18), desk.PoolOf(V2, "WETH", "USDC"), desk.PoolOf(V2, "USDC", "WBTC")),
        ];
        UInt256 weth = await desk.HoldingAsync("WETH");
        UInt256 usdc = await desk.HoldingAsync("USDC");
        UInt256 wbtc = await desk.HoldingAsync("WBTC");

        desk.Order(1, legs);

        SubmitStatus[] statuses = await desk.Statuses(2);
        await desk.UntilAsync(() => desk.Executor.Outcomes()[0].IncludedBlock != 0);
        Assert.Equal("", desk.Executor.Outcomes()[0].Reason);
        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included], statuses);
        LegFill[] fills = [.. desk.Events(MarketEventKind.LegFill).Select(e => e.Fill)];
        Assert.Equal(legs.Select(leg => leg.AmountIn), fills.Select(fill => fill.Spent));
        Assert.Equal(legs.Select(leg => leg.ExpectedOut), fills.Select(fill => fill.Received));
        Assert.Equal(weth - legs[0].AmountIn - legs[2].AmountIn, await desk.HoldingAsync("WETH"));
        Assert.Equal(usdc + legs[0].ExpectedOut - legs[1].AmountIn, await desk.HoldingAsync("USDC"));
        Assert.Equal(wbtc + legs[1].ExpectedOut + legs[2].ExpectedOut, await desk.HoldingAsync("WBTC"));
        Receipt receipt = (await desk.Node.ReceiptAsync(desk.Executor.Outcomes()[0].TransactionHash, ExecutionDesk.Cancellation))!;
        Assert.Equal(receipt.GasUsed, desk.Executor.Outcomes()[0].GasUsed);

        for (int i = 0; i < 3; i++)
            await desk.MineAsync();
        Assert.Equal(SubmitStatus.Final, (await desk.Statuses(3))[2]);
    }

    [Fact]
    public async Task Order_MinimumAboveTheMarket_NotSentWithTheRoutersReason()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartAsync()).TradeAsync();
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500));
        leg.MinimumOut += 1;

        desk.Order(1, leg);

        Assert.Equal([SubmitStatus.NotSent], await desk.Statuses(1));
        Assert.Contains("Too little received", desk.Executor.Outcomes()[0].Reason);
        Assert.Empty(desk.Logged);
    }

    // The rival came earlier and tips more: its trade stands first in the same block, and the head that we look at does not show it.
    [Fact]
    public async Task Order_SomeoneTradesFirst_RevertsByItsMinimum()
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        started.Setup = started.Setup with { ResendAfterHeads = 1, RepriceAfterHeads = 50 };
        await using ExecutionDesk desk = await started.TradeAsync();
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500));
        UInt256 before = await desk.HoldingAsync("USDC");
        await desk.AutomineAsync(false);
        await SwapByAnotherAsync(desk, tipWei: 50_000_000_000);
        desk.Order(1, leg);
        await desk.Statuses(1);
        await desk.MineAsync();

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Reverted], await desk.Statuses(2));
        Assert.Equal(before, await desk.HoldingAsync("USDC"));
        Assert.Empty(desk.Events(MarketEventKind.LegFill));
    }

    // No pool has it, and on the new head it would revert: a cancel costs a tenth of the revert, and no block need be waited for.
    [Fact]
    public async Task Order_LostByThePoolAndNowWorthless_IsCancelledInsteadOfSentAgain()
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        started.Setup = started.Setup with { ResendAfterHeads = 1, RepriceAfterHeads = 50 };
        await using ExecutionDesk desk = await started.TradeAsync();
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500));
        await desk.AutomineAsync(false);
        desk.Order(1, leg);
        await desk.Statuses(1);

        await desk.DropAsync(desk.Executor.Outcomes()[0].TransactionHash);
        await SwapByAnotherAsync(desk, tipWei: 50_000_000_000);
        await desk.MineAsync();
        await desk.UntilAsync(() => desk.Logged.Count == 2);
        while (desk.Executor.Outcomes()[0].Status != SubmitStatus.Dropped)
        {
            await desk.MineAsync();
            await Task.Delay(50, ExecutionDesk.Cancellation);
        }

        Assert.Equal(21_000UL, desk.Executor.Outcomes()[0].GasUsed);
    }

    private static async Task SwapByAnotherAsync(ExecutionDesk desk, ulong tipWei)
    {
        Address noise = desk.Chain.Manifest.Account("noise");
        byte[] swap = UniswapCalls.SwapV3ByRouter02(
            desk.Chain.Manifest.Token("USDC").Address, desk.Chain.Manifest.Token("WETH").Address, 500, 50_000_000_000, UInt256.Zero, noise);
        await desk.Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, noise.ToString());
            writer.WriteString("to"u8, desk.Setup.Router.ToString());
            writer.WriteString("input"u8, Hex.Encode(swap));
            writer.WriteString("gas"u8, Hex.Quantity(400_000));
            writer.WriteString("maxFeePerGas"u8, Hex.Quantity(200_000_000_000));
            writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(tipWei));
            writer.WriteEndObject();
        }, ExecutionDesk.Cancellation);
    }

    // The node drops what falls below the base fee: gone from the pool, refused when sent again, and so offered at a higher fee.
    [Fact]
    public async Task Order_BaseFeeRises_ReplacedAndIncluded()
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        started.Setup = started.Setup with { ResendAfterHeads = 1, RepriceAfterHeads = 50 };
        await using ExecutionDesk desk = await started.TradeAsync();
        await desk.AutomineAsync(false);
        desk.Order(1, desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));
        await desk.Statuses(1);
        await desk.Node.InvokeAsync(
            "anvil_setNextBlockBaseFeePerGas", writer => writer.WriteStringValue(Hex.Quantity(500_000_000_000)), ExecutionDesk.Cancellation);
        await desk.MineAsync();
        await desk.UntilAsync(() => desk.Logged.Count >= 2);
        await desk.Statuses(2);
        await desk.MineAsync();

        await desk.UntilAsync(() => desk.Executor.Outcomes()[0].Status == SubmitStatus.Included);
        SubmitStatus[] statuses = [.. desk.Executor.Outcomes()[0].History];
        Assert.Equal(SubmitStatus.Submitted, statuses[0]);
        Assert.Contains(SubmitStatus.Replaced, statuses);
        Assert.Single(statuses, SubmitStatus.Included);
        Assert.True(desk.Executor.Outcomes()[0].EffectiveGasPriceWei > 100_000_000_000);
    }

    [Fact]
    public async Task Order_DroppedFromThePool_SameBytesAgainAndIncluded()
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        started.Setup = started.Setup with { ResendAfterHeads = 2, RepriceAfterHeads = 50 };
        await using ExecutionDesk desk = await started.TradeAsync();
        await desk.AutomineAsync(false);
        desk.Order(1, desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));
        await desk.Statuses(1);
        Hash32 hash = desk.Executor.Outcomes()[0].TransactionHash;
        await desk.DropAsync(hash);
        Assert.Null(await desk.Node.TransactionAsync(hash, ExecutionDesk.Cancellation));

        // Mined one by one: heads that come together count as one look.
        while (await desk.Node.TransactionAsync(hash, ExecutionDesk.Cancellation) is null)
        {
            await desk.MineAsync();
            await Task.Delay(50, ExecutionDesk.Cancellation);
        }
        await desk.MineAsync();

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included], await desk.Statuses(2));
        Assert.Equal(hash, desk.Executor.Outcomes()[0].TransactionHash);
        Assert.Single(desk.Logged);
    }

    // This node does not put what a reorganisation threw out back into its pool: the executor does.
    [Fact]
    public async Task Order_ReorgOfTwoBlocks_ReorgedAndIncludedAgainWithTheSameBytes()
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        started.Setup = started.Setup with { FinalDepth = 10 };
        await using ExecutionDesk desk = await started.TradeAsync();
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500));
        UInt256 before = await desk.HoldingAsync("WETH");
        desk.Order(1, leg);
        await desk.Statuses(2);
        await desk.MineAsync();

        await desk.ReorgAsync(2);
        await desk.UntilAsync(() => desk.Events(MarketEventKind.OrderReport).Any(e => e.Order.Status == SubmitStatus.Reorged));
        // What comes back while the node still lays the new branch may have to wait for a block of its own.
        while (desk.Executor.Outcomes()[0].Status != SubmitStatus.Included)
        {
            await Task.Delay(100, ExecutionDesk.Cancellation);
            await desk.MineAsync();
        }

        Assert.Equal(
            [SubmitStatus.Submitted, SubmitStatus.Included, SubmitStatus.Reorged, SubmitStatus.Included],
            (await desk.Statuses(4))[..4]);
        Assert.Single(desk.Logged);
        Assert.Equal(before + leg.ExpectedOut, await desk.HoldingAsync("WETH"));
        for (int i = 0; i < 10; i++)
            await desk.MineAsync();
        Assert.Equal(SubmitStatus.Final, (await desk.Statuses(5))[4]);
    }

    [Fact]
    public async Task Order_AnotherTransactionOfTheKeyTakesTheNonce_ForeignAndTradingStops()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartAsync()).TradeAsync();
        await desk.AutomineAsync(false);
        desk.Order(1, desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));
        await desk.Statuses(1);
        OrderOutcome sent = desk.Executor.Outcomes()[0];
        await desk.DropAsync(sent.TransactionHash);
        await desk.SendByHandAsync(sent.Nonce!.Value, desk.Signer.Address, []);

        while (desk.Executor.State == ExecutorState.Running)
        {
            await desk.MineAsync();
            await Task.Delay(50, ExecutionDesk.Cancellation);
        }

        Assert.Equal(SubmitStatus.Foreign, (await desk.Statuses(2))[^1]);
        await desk.UntilAsync(() => desk.Events(MarketEventKind.Operator).Any());
        Assert.Equal(OperatorCommand.Kill, desk.Events(MarketEventKind.Operator).Single().Command);
        desk.Order(2, desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));
        Assert.Equal(SubmitStatus.NotSent, (await desk.Statuses(3))[^1]);
    }

    [Fact]
    public async Task Order_DeadlinePasses_CancelFreesTheNonceAndTheNextOrderTrades()
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        started.Setup = started.Setup with { RepriceAfterHeads = 50, ResendAfterHeads = 50, MaxHeadAge = TimeSpan.FromDays(1) };
        await using ExecutionDesk desk = await started.TradeAsync();
        await desk.AutomineAsync(false);
        desk.Order(1, desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));
        await desk.Statuses(1);
        await desk.DropAsync(desk.Executor.Outcomes()[0].TransactionHash);
        await desk.Node.InvokeAsync("evm_increaseTime", writer => writer.WriteNumberValue(7200), ExecutionDesk.Cancellation);
        await desk.MineAsync();
        await desk.UntilAsync(() => desk.Logged.Count == 2);
        while (desk.Executor.Outcomes()[0].Status != SubmitStatus.Dropped)
        {
            await desk.MineAsync();
            await Task.Delay(50, ExecutionDesk.Cancellation);
        }

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Dropped], await desk.Statuses(2));
        Assert.Equal(21_000UL, desk.Executor.Outcomes()[0].GasUsed);
    }

    // Mined while nobody was listening: after the reconnect the chain is asked, and nothing is sent twice.
    [Fact]
    public async Task Order_LineCutWhileItIsMined_IncludedAfterTheReconnect()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartAsync();
        await using ExecutionLine line = new(new Uri(desk.Chain.Manifest.WebSocket).Port);
        await using EthereumNode node = await EthereumNode.ConnectAsync(line.WebSocket, ExecutionDesk.Cancellation);
        await desk.TradeAsync(node);
        await desk.AutomineAsync(false);
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500));
        desk.Order(1, leg);
        await desk.Statuses(1);

        line.Cut();
        await desk.UntilAsync(() => node.State == ConnectionState.Lost);
        await desk.MineAsync();
        desk.Order(2, leg);
        Assert.Equal(SubmitStatus.NotSent, (await desk.Statuses(2))[1]);
        line.Mend();

        Assert.Equal(SubmitStatus.Included, (await desk.Statuses(3))[2]);
        Assert.Equal(leg.ExpectedOut, desk.Events(MarketEventKind.LegFill).Single().Fill.Received);
        Assert.Single(desk.Logged);
        await desk.Executor.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task CheckAsync_AllowanceTakenAway_TellsAndApproveAsyncRepairs()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartAsync();
        DeskAccount account = new(desk.Setup, desk.Node);
        Assert.Empty((await account.CheckAsync(ExecutionDesk.Cancellation)).Problems);
        Address usdc = desk.Chain.Manifest.Token("USDC").Address;
        ulong nonce = await desk.Node.NonceAsync(desk.Signer.Address, BlockRef.Latest, ExecutionDesk.Cancellation);
        await desk.SendByHandAsync(nonce, usdc, Erc20.Approve(desk.Setup.Router, 5));

        AccountCheck broken = await UntilMinedAsync(account, nonce);
        AccountProblem problem = Assert.Single(broken.Problems);
        Assert.Equal(AccountProblemKind.NoAllowance, problem.Kind);
        Assert.Equal(desk.Asset("USDC"), problem.Asset);
        IReadOnlyList<Hash32> hashes = await account.ApproveAsync(desk.Signer, [desk.Asset("WETH"), desk.Asset("USDC")], ExecutionDesk.Cancellation);

        Assert.Equal(2, hashes.Count);
        Assert.Empty((await account.CheckAsync(ExecutionDesk.Cancellation)).Problems);
    }

    [Fact]
    public async Task Order_DryRun_LeavesTheChainAsItWas()
    {
        ExecutionDesk started = await ExecutionDesk.StartAsync();
        started.Setup = started.Setup with { DryRun = true };
        await using ExecutionDesk desk = await started.TradeAsync();
        ulong head = await desk.Node.BlockNumberAsync(ExecutionDesk.Cancellation);

        desk.Order(1, desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));

        Assert.Equal([SubmitStatus.NotSent], await desk.Statuses(1));
        Assert.Equal(head, await desk.Node.BlockNumberAsync(ExecutionDesk.Cancellation));
        Assert.Empty(desk.Logged);
    }

    private static async Task<AccountCheck> UntilMinedAsync(DeskAccount account, ulong nonce)
    {
        AccountCheck check;
        do check = await account.CheckAsync(ExecutionDesk.Cancellation);
        while (check.LatestNonce == nonce);
        return check;
    }
}
