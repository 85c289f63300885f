using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Native;
using DeskAccount = FastRebalance.Execution.DeskAccount;

namespace FastRebalance.ChainTests;

/// <summary>Orders that the executor contract runs, on a real node, from the ring to the reports.</summary>
public sealed class ExecutorOrderTests
{
    private const string V2 = UniswapV2Pool.KindName;
    private const string V3 = UniswapV3Pool.KindName;

    [Fact]
    public async Task Order_LegsOfEveryShape_MinedWithTheExactAmounts()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartWithContractAsync()).TradeAsync();
        OrderLeg[] legs =
        [
            WithSlack(desk.Leg("WETH", "USDC", UInt256.PowerOfTen(19), desk.PoolOf(V3, "WETH", "USDC", 500))),
            WithSlack(desk.Leg("USDC", "WBTC", 3_000_000_000, desk.PoolOf(V3, "USDC", "WBTC"))),
            WithSlack(desk.Leg("WETH", "WBTC", UInt256.PowerOfTen(18), desk.PoolOf(V2, "WETH", "USDC"), desk.PoolOf(V2, "USDC", "WBTC"))),
        ];
        UInt256 weth = await desk.HoldingAsync("WETH"), usdc = await desk.HoldingAsync("USDC"), wbtc = await desk.HoldingAsync("WBTC");

        desk.Order(1, legs);

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included], await desk.Statuses(2));
        LegFill[] fills = [.. desk.Events(MarketEventKind.LegFill).Select(e => e.Fill)];
        Assert.Equal(legs.Select(leg => leg.AmountIn), fills.Select(fill => fill.Spent));
        Assert.Equal(legs.Select(leg => leg.ExpectedOut), fills.Select(fill => fill.Received));
        Assert.Equal(weth - legs[0].AmountIn - legs[2].AmountIn, await desk.HoldingAsync("WETH"));
        Assert.Equal(usdc + legs[0].ExpectedOut - legs[1].AmountIn, await desk.HoldingAsync("USDC"));
        Assert.Equal(wbtc + legs[1].ExpectedOut + legs[2].ExpectedOut, await desk.HoldingAsync("WBTC"));
        Assert.NotEmpty(Sent(desk).Fields.AccessList.ToArray()); // what it touches was declared
        for (int i = 0; i < 3; i++)
            await desk.MineAsync();
        Assert.Equal(SubmitStatus.Final, (await desk.Statuses(3))[2]);
    }

    [Fact]
    public async Task Order_MarketMovedAgainstIt_IsFilledAsFarAsItsLimitAllowsAndReportedSo()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartWithContractAsync()).TradeAsync();
        OrderLeg leg = desk.Leg("WETH", "USDC", UInt256.PowerOfTen(18) * 60, desk.PoolOf(V2, "WETH", "USDC"));
        leg.MinimumOut += leg.MinimumOut / 100; // as if the price had been better: only a smaller trade averages so much

        desk.Order(1, leg);

        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included], await desk.Statuses(2));
        LegFill fill = Assert.Single(desk.Events(MarketEventKind.LegFill)).Fill;
        Assert.True(fill.Spent < leg.AmountIn);
        Assert.True(fill.Spent >= leg.AmountIn / 2);
        Assert.True(fill.Received * leg.AmountIn >= fill.Spent * leg.MinimumOut);
    }

    [Fact]
    public async Task Order_PriceBeyondItsLimit_IsNotSentAndTheContractSaysWhy()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartWithContractAsync()).TradeAsync();
        OrderLeg leg = desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500));
        leg.MinimumOut *= 2;

        desk.Order(1, leg);

        Assert.Equal([SubmitStatus.NotSent], await desk.Statuses(1));
        Assert.Contains("BeyondLimit(leg: 0)", desk.Executor.Outcomes()[0].Reason, StringComparison.Ordinal);
        Assert.Empty(desk.Logged);
    }

    [Fact]
    public async Task Order_OfADecisionThatRanBefore_NeverLeavesAgain()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartWithContractAsync()).TradeAsync();
        OrderLeg leg = WithSlack(desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));
        desk.Order(1, leg);
        await desk.Statuses(2);

        desk.Order(1, leg);

        Assert.Equal(SubmitStatus.NotSent, (await desk.Statuses(3))[2]);
        Assert.Contains("DecisionUsed(decisionId: 1)", desk.Executor.Outcomes()[^1].Reason, StringComparison.Ordinal);
        Assert.Single(desk.Logged);
    }

    [Fact]
    public async Task Order_OfAKeyThatOnlyFillsIntents_GoesAsFarAsItsOwnerSigned()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartWithContractAsync();
        Address usdc = desk.Chain.Manifest.Token("USDC").Address, weth = desk.Chain.Manifest.Token("WETH").Address;
        ExecutorIntent intent = new(1, 0, 1UL << 40, [new ExecutorLimit(usdc, weth, 1_500_000_000, 0, 1)]);
        Signature signature = desk.Signer.SignDigest(intent.Digest(desk.Setup.ChainId, desk.Setup.Executor));
        ulong nonce = await desk.Node.NonceAsync(desk.Signer.Address, BlockRef.Latest, ExecutionDesk.Cancellation);
        await desk.SendByHandAsync(nonce, desk.Setup.Executor, ExecutorCalls.SetTrust(desk.Signer.Address, ExecutorTrust.Intents));
        await desk.MineAsync();
        desk.Setup = desk.Setup with { Intent = new SignedIntent(intent, (byte[])[.. signature.Span[..64], (byte)(27 + signature.YParity)]) };
        await desk.TradeAsync();
        OrderLeg leg = WithSlack(desk.Leg("USDC", "WETH", 1_000_000_000, desk.PoolOf(V3, "USDC", "WETH", 500)));

        desk.Order(1, leg);
        Assert.Equal([SubmitStatus.Submitted, SubmitStatus.Included], await desk.Statuses(2));
        desk.Order(2, leg);

        Assert.Equal(SubmitStatus.NotSent, (await desk.Statuses(3))[2]);
        Assert.Contains("IntentUsedUp(limit: 0, filled: 2000000000, most: 1500000000)", desk.Executor.Outcomes()[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_KeepsMoreThanIsHeld_SellsNothing()
    {
        await using ExecutionDesk desk = await (await ExecutionDesk.StartWithContractAsync()).TradeAsync();
        OrderLeg leg = WithSlack(desk.Leg("WETH", "USDC", UInt256.PowerOfTen(18), desk.PoolOf(V3, "WETH", "USDC", 500)));
        leg.KeepBalance = await desk.HoldingAsync("WETH");

        desk.Order(1, leg);

        Assert.Equal([SubmitStatus.NotSent], await desk.Statuses(1));
        Assert.Contains("NothingToSell(leg: 0)", desk.Executor.Outcomes()[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_ContractNotReadyForTheDesk_TellsEachThingAndWhatToDo()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartWithContractAsync();
        await desk.Node.InvokeAsync("anvil_impersonateAccount", writer => writer.WriteStringValue(desk.Signer.Address.ToString()), ExecutionDesk.Cancellation);
        byte[][] changes =
        [
            ExecutorCalls.Pause(), ExecutorCalls.SetTrust(desk.Signer.Address, ExecutorTrust.Intents), ExecutorCalls.SetGoalRequired(true),
            ExecutorCalls.SetMarkets([ExecutorCalls.MarketOf(desk.Pools[0].Address, desk.Pools[0].Facts.Token0, desk.Pools[0].Facts.Token1)], false),
        ];
        ulong nonce = await desk.Node.NonceAsync(desk.Signer.Address, BlockRef.Latest, ExecutionDesk.Cancellation);
        foreach (byte[] change in changes)
            await desk.SendByHandAsync(nonce++, desk.Setup.Executor, change);
        await desk.MineAsync();

        AccountCheck check = await new DeskAccount(desk.Setup, desk.Node).CheckAsync(ExecutionDesk.Cancellation);

        string told = string.Join('\n', check.Problems.Where(p => p.Kind == AccountProblemKind.ExecutorNotReady).Select(p => p.Message));
        Assert.Contains("is paused", told, StringComparison.Ordinal);
        Assert.Contains("with Intents", told, StringComparison.Ordinal);
        Assert.Contains("without a goal", told, StringComparison.Ordinal);
        Assert.Contains(desk.Pools[0].Address.ToString(), told, StringComparison.Ordinal);
        Assert.False(check.MayTrade);
    }

    [Fact]
    public async Task CheckAsync_AnotherContractOrAnotherVault_IsNotTheExecutor()
    {
        await using ExecutionDesk desk = await ExecutionDesk.StartWithContractAsync();
        async Task<string> Told(ExecutionSetup setup) => string.Join('\n',
            (await new DeskAccount(setup, desk.Node).CheckAsync(ExecutionDesk.Cancellation)).Problems.Select(problem => problem.Message));

        Assert.Contains("is not the executor that this program was built with", await Told(desk.Setup with { Executor = desk.Setup.Router }), StringComparison.Ordinal);
        Assert.Contains("no contract at the executor's address", await Told(desk.Setup with { Executor = Address.Parse("0x00000000000000000000000000000000000000ee") }), StringComparison.Ordinal);
        Assert.Contains("serves the vault", await Told(desk.Setup with { Vault = desk.Setup.Router }), StringComparison.Ordinal);
    }

    private static OrderLeg WithSlack(OrderLeg leg) => leg with { MinimumOut = leg.MinimumOut - leg.MinimumOut / 200 };

    private static SignedTransaction Sent(ExecutionDesk desk)
    {
        Assert.True(TransactionDecoder.Decode(desk.Logged[0], out SignedTransaction sent).IsValid);
        return sent;
    }
}
