using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>Who may do what, when, and how often.</summary>
public sealed class ExecutorGateTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);

    private ExecutorLeg Leg => market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1);

    [Fact]
    public async Task Exec_SameDecisionAgain_IsRefusedWhoeverSendsIt()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.SetTrust(market.Stranger, ExecutorTrust.Full));
        UInt256 decision = market.NextDecision();
        (await market.RunAsync(market.Caller, decision, Leg)).MustSucceed();
        UInt256 held = await market.HeldAsync(market.Weth);

        (await market.RunAsync(market.Caller, decision, Leg)).MustFail("DecisionUsed");
        (await market.RunAsync(market.Stranger, decision, Leg)).MustFail("DecisionUsed");

        Assert.Equal(held, await market.HeldAsync(market.Weth));
        Assert.False((await market.NumberAsync(market.Executor, ExecutorCalls.IsUsed(decision))).IsZero);
    }

    [Fact]
    public async Task Exec_TwoCopiesOfADecisionInOneBlock_OnlyTheFirstTrades()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.SetTrust(market.Stranger, ExecutorTrust.Full));
        UInt256 held = await market.HeldAsync(market.Weth);
        byte[] data = ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [Leg]);
        await market.AutomineAsync(false);
        Hash32 first = await market.PostAsync(market.Caller, market.Executor, data, 0, null);
        Hash32 second = await market.PostAsync(market.Stranger, market.Executor, data, 0, null);
        await market.MineAsync();

        Receipt[] receipts = [await market.ReceiptAsync(first), await market.ReceiptAsync(second)];

        Assert.Equal(receipts[0].BlockNumber, receipts[1].BlockNumber);
        Assert.Single(receipts, receipt => receipt.Succeeded);
        Assert.Equal(held - OneEther, await market.HeldAsync(market.Weth));
    }

    [Fact]
    public async Task Exec_DecisionsOfTheSameWord_AreToldApart()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        foreach (UInt256 decision in new UInt256[] { 0x1_0000UL, 0x1_0001UL, 0x1_00ffUL, 0x1_0100UL, UInt256.MaxValue })
        {
            (await market.RunAsync(market.Caller, decision, Leg)).MustSucceed();
            (await market.RunAsync(market.Caller, decision, Leg)).MustFail("DecisionUsed");
        }
    }

    [Fact]
    public async Task Exec_BlockOrTimePast_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        BlockHeader head = (await market.Node.BlockAsync(BlockRef.Latest))!;
        byte[] block = ExecutorCalls.Exec(market.NextDecision(), head.Number, ExecutorMarket.Far, [Leg]);
        byte[] time = ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, (ulong)head.TimestampSeconds, [Leg]);
        await market.Node.InvokeAsync("evm_increaseTime", writer => writer.WriteNumberValue(10));
        await market.MineAsync();

        (await market.SendAsync(market.Caller, market.Executor, block)).MustFail("Expired(");
        (await market.SendAsync(market.Caller, market.Executor, time)).MustFail("TooLate(");
    }

    [Fact]
    public async Task Exec_LastBlockAllowed_IsStillInTime()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        BlockHeader head = (await market.Node.BlockAsync(BlockRef.Latest))!;
        byte[] data = ExecutorCalls.Exec(market.NextDecision(), head.Number + 1, ExecutorMarket.Far, [Leg]);

        (await market.SendAsync(market.Caller, market.Executor, data)).MustSucceed();
    }

    [Fact]
    public async Task Exec_Paused_IsRefusedUntilTheVaultGoesOn()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.SendAsync(market.Guardian, market.Executor, ExecutorCalls.Pause())).MustSucceed();

        (await market.RunAsync(Leg)).MustFail("Paused(");
        (await market.SendAsync(market.Guardian, market.Executor, ExecutorCalls.Unpause())).MustFail("OnlyVault(");
        (await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.Unpause())).MustSucceed();
        (await market.RunAsync(Leg)).MustSucceed();
    }

    [Fact]
    public async Task Exec_CallerWithoutTrust_IsRefused()
    {
        (await market.RunAsync(market.Stranger, market.NextDecision(), Leg)).MustFail("CallerNotTrusted(");
        (await market.RunAsync(market.IntentCaller, market.NextDecision(), Leg)).MustFail("CallerNotTrusted(");
        (await market.RunAsync(market.Guardian, market.NextDecision(), Leg)).MustFail("CallerNotTrusted(");
        (await market.RunAsync(market.Vault, market.NextDecision(), Leg)).MustFail("CallerNotTrusted(");
    }

    [Fact]
    public async Task SetTrust_Withdrawn_EndsTheCallersRight()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.SetTrust(market.Caller, ExecutorTrust.None))).MustSucceed();

        (await market.RunAsync(Leg)).MustFail("CallerNotTrusted(");
    }

    [Fact]
    public async Task Rule_AnyoneButTheVault_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        byte[][] calls =
        [
            ExecutorCalls.SetTrust(market.Stranger, ExecutorTrust.Full), ExecutorCalls.SetMarkets([Hash32.Zero], true),
            ExecutorCalls.SetGuardian(market.Stranger), ExecutorCalls.SetGoalRequired(false), ExecutorCalls.Unpause(),
        ];
        foreach (Address caller in new[] { market.Stranger, market.Caller, market.IntentCaller, market.Guardian, market.Deployer.Account })
            foreach (byte[] call in calls)
                (await market.SendAsync(caller, market.Executor, call)).MustFail("OnlyVault(");
        foreach (Address caller in new[] { market.Stranger, market.Caller, market.IntentCaller, market.Deployer.Account })
            foreach (byte[] call in new[] { ExecutorCalls.Pause(), ExecutorCalls.RaiseEpoch(1) })
                (await market.SendAsync(caller, market.Executor, call)).MustFail("OnlyGuardian(");
    }

    [Fact]
    public async Task Exec_PoolThatTheVaultDidNotName_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        Address greedy = await market.CreateOddAsync("GreedyPool");
        foreach (ExecutorVenue venue in new[] { ExecutorVenue.UniswapV2, ExecutorVenue.UniswapV3, ExecutorVenue.UniswapV4, ExecutorVenue.BalancerV2 })
        {
            ExecutorLeg leg = market.Leg(venue, "WETH", "USDC", OneEther, 1);
            leg.Pool = greedy; // on V4: hooks
            (await market.RunAsync(leg)).MustFail("MarketNotAllowed(leg: 0");
        }
        (await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.SetMarkets([MarketOf(Leg)], false))).MustSucceed();
        (await market.RunAsync(Leg)).MustFail("MarketNotAllowed(leg: 0");
    }

    [Fact]
    public async Task Exec_TokenThatThePoolDoesNotHold_IsRefusedBeforeAnyOfItsCodeRuns()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        Address token = await market.CreateOddAsync("CallingToken", OneEther * 1_000);
        foreach (ExecutorVenue venue in new[] { ExecutorVenue.UniswapV2, ExecutorVenue.UniswapV3, ExecutorVenue.UniswapV4, ExecutorVenue.BalancerV2 })
        {
            ExecutorLeg leg = market.Leg(venue, "WETH", "USDC", OneEther, 1);
            (await market.RunAsync(leg with { TokenOut = token })).MustFail("MarketNotAllowed(leg: 0");
            (await market.RunAsync(leg with { TokenIn = token })).MustFail("MarketNotAllowed(leg: 0");
        }
    }

    [Fact]
    public async Task Exec_LegThatMakesNoSense_IsRefusedByName()
    {
        ExecutorLeg Bad(Func<ExecutorLeg, ExecutorLeg> change) => change(Leg);
        ExecutorLeg chained = Bad(leg => leg with { Flags = ExecutorLegFlags.Chained });
        ExecutorLeg back = market.Leg(ExecutorVenue.UniswapV3, "USDC", "WBTC", UInt256.MaxValue, 1) with { Flags = ExecutorLegFlags.Chained };
        (string Why, ExecutorLeg[] Legs)[] cases =
        [
            ("NoLegs(", []),
            ("LimitMissing(leg: 0", [Bad(leg => leg with { LimitPriceX96 = 0 })]),
            ("MinimumMissing(leg: 0", [Bad(leg => leg with { MinFill = 0 })]),
            ("SameToken(leg: 0", [Bad(leg => leg with { TokenOut = leg.TokenIn })]),
            ("UnknownVenue(leg: 0, kind: 0", [Bad(leg => leg with { Venue = ExecutorVenue.None })]),
            ("UnknownVenue(leg: 0, kind: 9", [Bad(leg => leg with { Venue = (ExecutorVenue)9 })]),
            ("NothingToSell(leg: 0", [Bad(leg => leg with { MaxIn = 0 })]),
            ("BrokenChain(leg: 0", [chained]),
            ("BrokenChain(leg: 1", [Leg with { LimitPriceX96 = 0 }, chained]),
            ("LimitInChain(leg: 0", [Leg, back]),
            ("BelowMinimum(leg: 0", [Bad(leg => leg with { MinFill = leg.MaxIn + 1 })]),
            ("SoldTooMuch(leg: 1", [Leg with { LimitPriceX96 = 0 }, back with { MaxIn = 1 }]),
        ];
        foreach ((string why, ExecutorLeg[] legs) in cases)
            (await market.RunAsync(legs)).MustFail(why);
    }

    [Fact]
    public async Task Callback_FromAStranger_IsRefused()
    {
        byte[] v3 = CallData.Of("uniswapV3SwapCallback(int256,int256,bytes)", 3, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(1);
            writer.WriteUInt64(0);
            writer.WriteBytes([]);
        });
        byte[] v4 = CallData.Of("unlockCallback(bytes)", 1, (ref AbiWriter writer) => writer.WriteBytes([]));
        foreach (Address caller in new[] { market.Stranger, market.Caller, market.Vault })
            foreach (byte[] callback in new[] { v3, v4 })
                (await market.SendAsync(caller, market.Executor, callback)).MustFail("StrangerCalled(");
        await market.ImpersonateAsync(market.PoolManager);
        await NodeCheats.SetBalance(market.Node, market.PoolManager, OneEther * 100_000, default);
        (await market.SendAsync(market.PoolManager, market.Executor, v4)).MustFail("StrangerCalled("); // nobody asked it to
    }

    [Theory]
    [InlineData(2, 1, "AskedTooMuch(asked: 2000000000000000000")]
    [InlineData(1, 2, "StrangerCalled(")]
    [InlineData(1, 1, "LimitNotMet(leg: 0")]
    public async Task Callback_FromAPoolThatAsksForTooMuchOrTwiceOrPaysNothing_TakesNothing(ulong asks, ulong times, string why)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        Address greedy = await market.CreateOddAsync("GreedyPool");
        await market.SendAsync(market.Vault, market.Executor, ExecutorCalls.SetMarkets([MarketOf(Leg with { Pool = greedy })], true));
        await market.SendAsync(market.Caller, greedy, CallData.Of("set(uint256,uint256)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteUInt256(OneEther * asks);
            writer.WriteUInt64(times);
        }));
        UInt256 held = await market.HeldAsync(market.Weth);

        (await market.RunAsync(Leg with { Pool = greedy })).MustFail(why);

        Assert.Equal(held, await market.HeldAsync(market.Weth));
    }

    [Fact]
    public async Task Receive_EtherFromAStranger_IsRefused()
    {
        Hash32 hash = await market.PostAsync(market.Stranger, market.Executor, [], OneEther, null);
        Assert.False((await market.ReceiptAsync(hash)).Succeeded);
    }

    [Fact]
    public async Task Sweep_TokensThatStrayedHere_GoToTheVaultWhoeverAsks()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await market.SendAsync(market.Vault, market.Weth, Erc20.Transfer(market.Executor, OneEther));
        UInt256 held = await market.HeldAsync(market.Weth);

        (await market.SendAsync(market.Stranger, market.Executor, ExecutorCalls.Sweep(market.Weth))).MustSucceed();

        Assert.Equal(held + OneEther, await market.HeldAsync(market.Weth));
    }

    [Fact]
    public async Task Exec_RivalTradesBeforeAndAfterInTheSameBlock_TheLimitHolds()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        Address router = market.Chain.Manifest.Contract("uniswapV3SwapRouter");
        UInt256 rivalsEther = OneEther * 200;
        await market.Deployer.CallAsync("rival", market.Weth, Erc20.Transfer(market.Stranger, rivalsEther), 100_000, default);
        await market.Deployer.MineAsync(default);
        await market.SendAsync(market.Stranger, market.Weth, Erc20.Approve(router, UInt256.MaxValue));
        await market.SendAsync(market.Stranger, market.Usdc, Erc20.Approve(router, UInt256.MaxValue));
        Amm.Pool pool = await market.ReadPoolAsync(Amm.UniswapV3Pool.KindName, Leg.Pool);
        AssetId weth = pool.Facts.Token0 == market.Weth ? pool.Asset0 : pool.Asset1;
        pool.QuoteExactIn(weth, OneEther * 20, out Amm.SwapQuote quote);
        ExecutorLeg leg = Leg with { MaxIn = OneEther * 20 };
        leg.LimitPriceX96 = ExecutorMarket.Limit(quote.AmountOut - quote.AmountOut / 200, leg.MaxIn); // half a percent of slack
        leg.MinFill = leg.MaxIn;
        UInt256 held = await market.HeldAsync(market.Weth);

        await market.AutomineAsync(false);
        byte[] front = UniswapCalls.SwapV3(market.Weth, market.Usdc, 3000, rivalsEther, UInt256.Zero, market.Stranger);
        Hash32 before = await market.PostAsync(market.Stranger, router, front, 0, 3_000_000_000);
        Hash32 ours = await market.PostAsync(
            market.Caller, market.Executor, ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg]), 0, 2_000_000_000);
        await market.MineAsync();

        Receipt rival = await market.ReceiptAsync(before), desk = await market.ReceiptAsync(ours);
        Assert.True(rival.Succeeded);
        Assert.Equal(rival.BlockNumber, desk.BlockNumber);
        Assert.True(rival.TransactionIndex < desk.TransactionIndex);
        Assert.False(desk.Succeeded); // sandwiched past the limit: nothing is sold
        Assert.Equal(held, await market.HeldAsync(market.Weth));

        // One who pushes less far takes no more than the slack.
        await market.AutomineAsync(true);
        await restore.DisposeAsync();
        await using IAsyncDisposable second = await market.RestoreAfterwardsAsync();
        UInt256 usdc = await market.HeldAsync(market.Usdc);
        await market.Deployer.CallAsync("rival", market.Weth, Erc20.Transfer(market.Stranger, rivalsEther), 100_000, default);
        await market.Deployer.MineAsync(default);
        await market.SendAsync(market.Stranger, market.Weth, Erc20.Approve(router, UInt256.MaxValue));
        await market.AutomineAsync(false);
        front = UniswapCalls.SwapV3(market.Weth, market.Usdc, 3000, OneEther * 2, UInt256.Zero, market.Stranger);
        before = await market.PostAsync(market.Stranger, router, front, 0, 3_000_000_000);
        leg.MinFill = 1;
        ours = await market.PostAsync(
            market.Caller, market.Executor, ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg]), 0, 2_000_000_000);
        await market.MineAsync();
        desk = await market.ReceiptAsync(ours);
        Assert.True(desk.Succeeded);
        Assert.True(desk.TransactionIndex > (await market.ReceiptAsync(before)).TransactionIndex);
        UInt256 spent = held - await market.HeldAsync(market.Weth), received = await market.HeldAsync(market.Usdc) - usdc;
        Assert.True(ExecutorMarket.Limit(received, spent) >= leg.LimitPriceX96);
    }

    private static Hash32 MarketOf(ExecutorLeg leg) => ExecutorCalls.MarketOf(leg.Pool, leg.TokenIn, leg.TokenOut);
}
