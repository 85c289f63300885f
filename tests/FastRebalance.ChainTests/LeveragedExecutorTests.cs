using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Transactions;
using FastRebalance.Lending;

namespace FastRebalance.ChainTests;

/// <summary>Baskets out of and into a lending account, on Aave's and Uniswap's published code.</summary>
public sealed class LeveragedExecutorTests(LeveragedMarket market) : IClassFixture<LeveragedMarket>
{
    private UInt256 Usdc(double whole) => market.Units("USDC", whole);

    private UInt256 Weth(double whole) => market.Units("WETH", whole);

    // ---- there and back ----

    [Fact]
    public async Task ExecLeveraged_FromOneToTwo_IsOneTransactionWithALoan()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (UInt256 weth, UInt256 usdc) = (await market.HeldAsync("WETH"), await market.HeldAsync("USDC"));
        UInt256 supplied = await market.SuppliedAsync("WETH");

        ExecutorRun run = (await market.TradeAsync("USDC", "WETH", Usdc(25_000))).MustSucceed();

        (UInt256 spent, UInt256 received) = Assert.Single(run.Legs);
        Assert.Equal(Usdc(25_000), spent);
        AssertAbout(supplied + received, await market.SuppliedAsync("WETH"), 10_000_000_000);
        Assert.Equal(spent, await market.OwedAsync("USDC"));
        Assert.Equal((weth, usdc), (await market.HeldAsync("WETH"), await market.HeldAsync("USDC")));
        (UInt256 before, UInt256 after, int loans) = market.Moved(run);
        Assert.Equal((UInt256.MaxValue, await market.HealthAsync(), 1), (before, after, loans)); // 80.5 % may be borrowed: not before the trade
    }

    [Fact]
    public async Task ExecLeveraged_WithinWhatTheMarketHandsOut_TakesNoLoan()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        UInt256 weth = await market.HeldAsync("WETH");

        ExecutorRun more = (await market.TradeAsync("USDC", "WETH", Usdc(15_000))).MustSucceed();
        UInt256 supplied = await market.SuppliedAsync("WETH");
        ExecutorRun less = (await market.TradeAsync("WETH", "USDC", Weth(2))).MustSucceed();

        Assert.Equal((0, 0), (market.Moved(more).Loans, market.Moved(less).Loans));
        AssertAbout(supplied - Weth(2), await market.SuppliedAsync("WETH"), 10_000_000_000_000);
        AssertAbout(Usdc(15_000) - less.Legs[0].Received, await market.OwedAsync("USDC"), 100);
        Assert.Equal(weth, await market.HeldAsync("WETH"));
        Assert.True(market.Moved(less).After > market.Moved(less).Before);
    }

    [Fact]
    public async Task ExecLeveraged_AtTheEdgeOfLiquidation_PaysDownByALoanWhereAWithdrawalIsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await BringHealthTo(1.02);
        Assert.False(await market.MayWithdrawAsync("WETH", Weth(4)));
        (UInt256 owed, UInt256 supplied) = (await market.OwedAsync("USDC"), await market.SuppliedAsync("WETH"));
        (UInt256 weth, UInt256 usdc) = (await market.HeldAsync("WETH"), await market.HeldAsync("USDC"));

        ExecutorRun run = (await market.TradeAsync("WETH", "USDC", Weth(4), floor: 1.05)).MustSucceed();

        Assert.Equal(1, market.Moved(run).Loans);
        AssertAbout(owed - run.Legs[0].Received, await market.OwedAsync("USDC"), 1_000);
        // The premium, 5 bps of the four, is collateral as well.
        AssertAbout(supplied - Weth(4) - Weth(4) / 2_000, await market.SuppliedAsync("WETH"), 1_000_000_000_000_000);
        Assert.Equal((weth, usdc), (await market.HeldAsync("WETH"), await market.HeldAsync("USDC")));
    }

    [Fact]
    public async Task ExecLeveraged_AllOfTheCollateralAtTheEdge_BorrowsThePremium()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await BringHealthTo(1.02);
        UInt256 all = await market.SuppliedAsync("WETH") + 1_000_000_000_000_000UL; // interest of the block to come

        ExecutorRun run = (await market.RunAsync([market.Leg("WETH", "USDC", all)], [market.Entry("WETH", all), market.Entry("USDC")])).MustSucceed();

        Assert.Equal(1, market.Moved(run).Loans);
        Assert.True((await market.OwedAsync("USDC")).IsZero);
        Assert.True((await market.SuppliedAsync("WETH")).IsZero);
        AssertAbout(all / 2_000 + 1_000_000_000_000_000UL, await market.OwedAsync("WETH"), 2_000_000_000_000_000);
        Assert.False((await market.SuppliedAsync("USDC")).IsZero); // what the debt left over
    }

    [Fact]
    public async Task ExecLeveraged_Short_OwesWhatItSellsAndSuppliesWhatItBuys()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await market.FundAsync("USDC", Usdc(40_000));
        await market.SupplyAsync("USDC", Usdc(40_000));
        // The ten that are supplied go first, the rest is debt.
        UInt256 supplied = await market.SuppliedAsync("WETH");
        ExecutorRun run = (await market.TradeAsync("WETH", "USDC", supplied + Weth(8))).MustSucceed();
        UInt256 received = run.Legs[0].Received;

        Assert.True((await market.SuppliedAsync("WETH")) <= Weth(0.001));
        AssertAbout(Weth(8), await market.OwedAsync("WETH"), 1_000_000_000_000_000);
        AssertAbout(Usdc(40_000) + received, await market.SuppliedAsync("USDC"), 1_000);

        ExecutorRun back = (await market.RunAsync([market.Leg("USDC", "WETH", Usdc(10_000), v2: true)], [market.Entry("USDC", Usdc(10_000)), market.Entry("WETH")])).MustSucceed();
        AssertAbout(Weth(8) - back.Legs[0].Received, await market.OwedAsync("WETH"), 1_000_000_000_000_000);
    }

    [Fact]
    public async Task ExecLeveraged_WithoutLegs_MovesTheVaultsOwnInAndRepaysFirst()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.TradeAsync("USDC", "WETH", Usdc(15_000))).MustSucceed();
        await market.FundAsync("USDC", Usdc(20_000));
        UInt256 held = await market.HeldAsync("USDC"), owed = await market.OwedAsync("USDC");

        ExecutorRun part = (await market.RunAsync([], [market.Entry("USDC", keep: held - Usdc(5_000))])).MustSucceed();

        Assert.Empty(part.Legs);
        Assert.Equal(held - Usdc(5_000), await market.HeldAsync("USDC"));
        AssertAbout(owed - Usdc(5_000), await market.OwedAsync("USDC"), 1_000);
        Assert.True(market.Moved(part).After > market.Moved(part).Before);

        (await market.RunAsync([], [market.Entry("USDC", keep: UInt256.Zero)])).MustSucceed();
        Assert.True((await market.OwedAsync("USDC")).IsZero);
        AssertAbout(held - owed, await market.SuppliedAsync("USDC"), 10_000);
        Assert.True((await market.HeldAsync("USDC")).IsZero);
    }

    [Fact]
    public async Task ExecLeveraged_WithoutLegsButTaking_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.RunAsync([], [market.Entry("WETH", Weth(1))])).MustFail("NoLegs");
        (await market.RunAsync([], [])).MustFail("NoLegs");
    }

    [Fact]
    public async Task ExecLeveraged_SeveralTokensInAChainAndAlone_OnlyTheEndsAreEntries()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorLeg[] legs =
        [
            market.Leg("DAI", "USDC", market.Units("DAI", 4_000), v2: true) with { LimitPriceX96 = 0 },
            market.Leg("USDC", "WBTC", UInt256.MaxValue) with { Flags = ExecutorLegFlags.Chained },
            market.Leg("USDC", "WETH", Usdc(5_000)),
        ];
        ExecutorRun run = (await market.RunAsync(
            legs, [market.Entry("DAI", market.Units("DAI", 4_000)), market.Entry("USDC", Usdc(5_000)), market.Entry("WBTC"), market.Entry("WETH")])).MustSucceed();

        Assert.Equal(market.Units("DAI", 4_000), await market.OwedAsync("DAI"));
        Assert.Equal(Usdc(5_000), await market.OwedAsync("USDC"));
        AssertAbout(run.Legs[1].Received, await market.SuppliedAsync("WBTC"), 1);
        (await market.RunAsync(legs, [market.Entry("DAI", market.Units("DAI", 4_000)), market.Entry("USDC", Usdc(5_000)), market.Entry("WETH")]))
            .MustFail("NotListed(leg: 1");
    }

    [Fact]
    public async Task ExecLeveraged_AnOrderAsTheEncoderWritesIt_IsFilledAndReadBack()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        string[] symbols = ["WETH", "USDC", "WBTC"];
        Address[] assets = [.. symbols.Select(market.Token)];
        PoolFacts[] pools = [.. market.Manifest.Pools.Where(pool => pool.Kind == UniswapV3Pool.KindName && assets.Contains(pool.Token0) && assets.Contains(pool.Token1))
            .Select(pool => new PoolFacts(UniswapV3Pool.KindName, pool.Address, pool.Token0, pool.Token1, (uint)pool.FeePips))];
        LendingSetup lending = new()
        {
            Pool = market.Pool,
            HealthFloorWad = LendingSetup.WadOf(1.05),
            Reserves = [.. symbols.Select(market.Manifest.Reserve).Select(reserve => new ReserveTokens(reserve.AToken, reserve.VariableDebtToken))],
        };
        ExecutorEncoder encoder = new(market.Executor, assets, pools, minFillBps: 5_000, usesPermit2: false, decisionSpace: 9, lending: lending);
        PoolId Between(int a, int b) => PoolId.FromIndex(Array.FindIndex(pools, pool =>
            (pool.Token0 == assets[a] && pool.Token1 == assets[b]) || (pool.Token0 == assets[b] && pool.Token1 == assets[a])));
        // USDC to WETH alone, and to WBTC by way of WETH.
        OrderLeg alone = new()
        {
            AmountIn = Usdc(10_000), MinimumOut = Weth(3), Sell = AssetId.FromIndex(1), Buy = AssetId.FromIndex(0), Pool0 = Between(1, 0), KeepBalance = 5,
        };
        OrderLeg chain = new() { AmountIn = Usdc(3_000), MinimumOut = 1, Sell = AssetId.FromIndex(1), Buy = AssetId.FromIndex(2), KeepBalance = 6 };
        chain.SetHop(0, Between(1, 0), AssetId.FromIndex(1));
        chain.SetHop(1, Between(0, 2), AssetId.FromIndex(0));
        byte[] data = new byte[encoder.MaxLength(2)];
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(77, LeveragedMarket.Far, (long)LeveragedMarket.Far, [alone, chain], data, out int length));

        ExecutorRun run = (await market.SendAsync(market.Caller, market.Executor, data[..length])).MustSucceed();

        LegMovement[] moved = new LegMovement[2];
        Assert.True(new ExecutorFillReader(market.Executor, 9).TryRead(77, [alone, chain], run.Receipt.Logs, moved));
        Assert.Equal((alone.AmountIn, chain.AmountIn), (moved[0].Spent, moved[1].Spent));
        Assert.Equal(Usdc(13_000), await market.OwedAsync("USDC"));
        AssertAbout(moved[1].Received, await market.SuppliedAsync("WBTC"), 1);
        AssertAbout(Weth(10) + moved[0].Received, await market.SuppliedAsync("WETH"), 10_000_000_000_000);
    }

    // ---- what a limit leaves ----

    [Theory]
    [InlineData(15_000, 0)]
    [InlineData(30_000, 1)]
    public async Task ExecLeveraged_LimitStopsTheTrade_TheRestOfTheDebtIsPaidBack(double amount, int loans)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (UInt256 weth, UInt256 usdc) = (await market.HeldAsync("WETH"), await market.HeldAsync("USDC"));
        ExecutorLeg leg = await WithLimitAsync(market.Leg("USDC", "WETH", Usdc(amount)), whole: 0.5);

        ExecutorRun run = (await market.RunAsync([leg], [market.Entry("USDC", Usdc(amount)), market.Entry("WETH")])).MustSucceed();

        (UInt256 spent, UInt256 received) = Assert.Single(run.Legs);
        Assert.InRange((double)spent, amount * 0.3e6, amount * 0.7e6);
        AssertAbout(spent, await market.OwedAsync("USDC"), 1);
        Assert.Equal((weth, usdc), (await market.HeldAsync("WETH"), await market.HeldAsync("USDC")));
        Assert.Equal(loans, market.Moved(run).Loans);
        AssertAbout(Weth(10) + received, await market.SuppliedAsync("WETH"), 10_000_000_000_000);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(1.02, 1)]
    public async Task ExecLeveraged_LimitStopsTheWayBack_TheRestOfTheCollateralIsSupplied(double health, int loans)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await BringHealthTo(health);
        (UInt256 weth, UInt256 usdc) = (await market.HeldAsync("WETH"), await market.HeldAsync("USDC"));
        UInt256 supplied = await market.SuppliedAsync("WETH");
        ExecutorLeg leg = await WithLimitAsync(market.Leg("WETH", "USDC", Weth(6)), whole: 0.5);

        ExecutorRun run = (await market.RunAsync([leg], [market.Entry("WETH", Weth(6)), market.Entry("USDC")])).MustSucceed();

        UInt256 spent = run.Legs[0].Spent, premium = loans == 0 ? UInt256.Zero : Weth(6) / 2_000;
        Assert.InRange((double)spent, 1.5e18, 4.5e18);
        AssertAbout(supplied - spent - premium, await market.SuppliedAsync("WETH"), 1_000_000_000_000_000);
        Assert.Equal((weth, usdc), (await market.HeldAsync("WETH"), await market.HeldAsync("USDC")));
        Assert.Equal(loans, market.Moved(run).Loans);
    }

    [Fact]
    public async Task ExecLeveraged_KeepBalanceBelowWhatIsHeld_PutsTheDifferenceIn()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        UInt256 held = await market.HeldAsync("WETH"), supplied = await market.SuppliedAsync("WETH");

        ExecutorRun run = (await market.RunAsync(
            [market.Leg("USDC", "WETH", Usdc(25_000))], [market.Entry("USDC", Usdc(25_000)), market.Entry("WETH", keep: held - Weth(5))])).MustSucceed();

        Assert.Equal(held - Weth(5), await market.HeldAsync("WETH"));
        AssertAbout(supplied + Weth(5) + run.Legs[0].Received, await market.SuppliedAsync("WETH"), 10_000_000_000_000);
    }

    // ---- health ----

    [Fact]
    public async Task ExecLeveraged_BelowTheFloor_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();

        (await market.TradeAsync("USDC", "WETH", Usdc(25_000), floor: 1.9)).MustFail("HealthTooLow(");
        (await market.TradeAsync("USDC", "WETH", Usdc(25_000), floor: 1.6)).MustSucceed();
    }

    [Fact]
    public async Task ExecLeveraged_BetterButStillBelowTheFloor_IsLetThrough()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await BringHealthTo(1.02);

        ExecutorRun run = (await market.TradeAsync("WETH", "USDC", Weth(2), floor: 3)).MustSucceed();
        Assert.True(market.Moved(run).After > market.Moved(run).Before);
        (await market.TradeAsync("USDC", "WETH", Usdc(100), floor: 3)).MustFail("HealthTooLow(");
    }

    [Fact]
    public async Task ExecLeveraged_BelowOne_IsStillPaidDown()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await BringHealthTo(0.99);

        ExecutorRun run = (await market.TradeAsync("WETH", "USDC", Weth(4), floor: 1.05)).MustSucceed();

        Assert.Equal(1, market.Moved(run).Loans);
        Assert.True(market.Moved(run).After > WadRay.Wad);
    }

    [Fact]
    public async Task ExecLeveraged_AboveTheCeiling_IsRefusedUnlessItCameDownOrNothingIsOwed()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.TradeAsync("USDC", "WETH", Usdc(12_000))).MustSucceed();

        (await market.TradeAsync("WETH", "USDC", Weth(2), ceiling: 2)).MustFail("HealthTooHigh(");
        (await market.TradeAsync("USDC", "WETH", Usdc(100), ceiling: 2)).MustSucceed(); // lower than before
        (await market.TradeAsync("WETH", "USDC", Weth(2), ceiling: 6)).MustSucceed();
        (await market.TradeAsync("WETH", "USDC", Weth(4), ceiling: 2)).MustSucceed(); // pays everything: nothing is owed
        Assert.True((await market.OwedAsync("USDC")).IsZero);
    }

    [Fact]
    public async Task ExecLeveraged_NoFloorOrNoCeiling_IsRefused()
    {
        (await market.TradeAsync("USDC", "WETH", Usdc(100), floor: 0)).MustFail("HealthLimitMissing(");
        (await market.TradeAsync("USDC", "WETH", Usdc(100), ceiling: 0)).MustFail("HealthLimitMissing(");
    }

    // ---- what is refused ----

    [Fact]
    public async Task ExecLeveraged_EntriesThatDoNotFitTheLegs_AreRefusedByName()
    {
        ExecutorLeg leg = market.Leg("USDC", "WETH", Usdc(100));
        ExecutorLendingEntry usdc = market.Entry("USDC", Usdc(100)), weth = market.Entry("WETH");
        (await market.RunAsync([leg], [weth])).MustFail("NotListed(leg: 0");
        (await market.RunAsync([leg], [usdc])).MustFail("NotListed(leg: 0");
        (await market.RunAsync([leg], [usdc, usdc, weth])).MustFail("EntriesOutOfOrder(");
        byte[] backwards = ExecutorCalls.Leveraged(market.NextDecision(), LeveragedMarket.Far, LeveragedMarket.Far, [leg], new ExecutorLending(
            WadRay.Wad, UInt256.MaxValue, [.. new[] { usdc, weth }.OrderByDescending(entry => entry.Token.ToString(), StringComparer.OrdinalIgnoreCase)]));
        (await market.SendAsync(market.Caller, market.Executor, backwards)).MustFail("EntriesOutOfOrder(");
        Address pair = market.Manifest.Pools.First(pool => pool.Kind == "uniswap-v2").Address;
        (await market.RunAsync([leg], [usdc, weth, new ExecutorLendingEntry(pair, 1, 0)])).MustFail("NotAReserve(");
    }

    [Fact]
    public async Task ExecLeveraged_TwiceExpiredPausedOrUntrusted_IsRefusedAsExecIs()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorLeg[] legs = [market.Leg("USDC", "WETH", Usdc(25_000))];
        ExecutorLendingEntry[] entries = [market.Entry("USDC", Usdc(25_000)), market.Entry("WETH")];
        byte[] once = market.Call(legs, entries);
        foreach (Address caller in new[] { market.Stranger, market.Vault, market.Manifest.Account("deployer") })
            (await market.SendAsync(caller, market.Executor, once)).MustFail("CallerNotTrusted(");

        (await market.SendAsync(market.Caller, market.Executor, once)).MustSucceed();
        (await market.SendAsync(market.Caller, market.Executor, once)).MustFail("DecisionUsed(");
        byte[] late = ExecutorCalls.Leveraged(market.NextDecision(), LeveragedMarket.Far, market.Time, legs, new ExecutorLending(
            WadRay.Wad, UInt256.MaxValue, [.. entries.OrderBy(entry => entry.Token.ToString(), StringComparer.OrdinalIgnoreCase)]));
        Assert.False((await market.SendAsync(market.Caller, market.Executor, late)).Succeeded); // the block is a second later
        await market.DoAsync(market.Vault, market.Executor, ExecutorCalls.Pause());
        (await market.SendAsync(market.Caller, market.Executor, market.Call(legs, entries))).MustFail("Paused(");
    }

    [Fact]
    public async Task ExecLeveraged_WithALoan_IsToldOfAsItsCallers()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();

        ExecutorRun run = (await market.TradeAsync("USDC", "WETH", Usdc(25_000))).MustSucceed();

        LogEntry told = Assert.Single(run.Receipt.Logs, log => log.Address == market.Executor && log.Topics[0] == ExecutorLogs.DecisionFilled);
        Assert.Equal(market.Caller, new Address(told.Topics[2].Span[12..]));
    }

    [Fact]
    public async Task ExecuteOperation_FromAnybodyButTheMarketForOurOwnTrade_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        byte[] inner = market.Call([market.Leg("USDC", "WETH", Usdc(25_000))], [market.Entry("USDC", Usdc(25_000)), market.Entry("WETH")])[4..];
        byte[] callback = CallData.Of("executeOperation(address[],uint256[],uint256[],address,bytes)", 5, (ref AbiWriter writer) =>
        {
            foreach (int _ in new[] { 0, 1, 2 })
                writer.End(writer.BeginArray(0, 1));
            writer.WriteAddress(market.Executor);
            writer.WriteBytes(inner);
        }, capacity: 4_096);
        foreach (Address caller in new[] { market.Stranger, market.Caller, market.Vault })
            (await market.SendAsync(caller, market.Executor, callback)).MustFail("StrangerCalled(");
        await market.Node.InvokeAsync("anvil_impersonateAccount", writer => writer.WriteStringValue(market.Pool.ToString()));
        await NodeCheats.SetBalance(market.Node, market.Pool, UInt256.PowerOfTen(20), default);
        (await market.SendAsync(market.Pool, market.Executor, callback)).MustFail("StrangerCalled("); // nobody asked it to

        // The market itself, asked by a stranger, in the executor's name as far as anybody can.
        byte[] loan = CallData.Of("flashLoan(address,address[],uint256[],uint256[],address,bytes,uint16)", 7, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(market.Executor);
            AbiFrame assets = writer.BeginArray(1, 1);
            writer.WriteAddress(market.Token("USDC"));
            writer.End(assets);
            foreach (UInt256 number in new[] { Usdc(25_000), UInt256.Zero })
            {
                AbiFrame list = writer.BeginArray(1, 1);
                writer.WriteUInt256(number);
                writer.End(list);
            }
            writer.WriteAddress(market.Vault);
            writer.WriteBytes(inner);
            writer.WriteUInt64(0);
        }, capacity: 4_096);
        ExecutorRun run = await market.SendAsync(market.Stranger, market.Pool, loan);
        Assert.False(run.Succeeded);
        Assert.StartsWith("StrangerCalled(", run.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecLeveraged_MarketRefuses_NothingHappensAtAll()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await BringHealthTo(1.6);
        (UInt256 Owed, UInt256 Held) before = (await market.OwedAsync("USDC"), await market.HeldAsync("WETH"));
        ulong owed = (ulong)(before.Owed / UInt256.PowerOfTen(6));

        async Task Refused(string signature, string symbol, ulong on, ulong off, string sell, string buy, UInt256 amount, string why)
        {
            await market.ConfigureAsync(signature, symbol, on);
            (await market.TradeAsync(sell, buy, amount)).MustFail(why);
            await market.ConfigureAsync(signature, symbol, off);
        }
        // By the market's own numbers: 29 paused, 28 frozen, 50 borrow cap, 51 supply cap.
        await Refused("setReservePause(address,bool)", "USDC", 1, 0, "USDC", "WETH", Usdc(100), "29");
        await Refused("setReservePause(address,bool)", "WETH", 1, 0, "USDC", "WETH", Usdc(100), "29");
        await Refused("setReservePause(address,bool)", "WETH", 1, 0, "WETH", "USDC", Weth(1), "29");
        await Refused("setReserveFreeze(address,bool)", "USDC", 1, 0, "USDC", "WETH", Usdc(100), "28");
        await Refused("setBorrowCap(address,uint256)", "USDC", owed + 1, 0, "USDC", "WETH", Usdc(100), "50");
        await Refused("setSupplyCap(address,uint256)", "WETH", 1, 0, "USDC", "WETH", Usdc(100), "51");

        AssertAbout(before.Owed, await market.OwedAsync("USDC"), 10_000);
        Assert.Equal(before.Held, await market.HeldAsync("WETH"));
        (await market.TradeAsync("USDC", "WETH", Usdc(100))).MustSucceed();
    }

    [Fact]
    public async Task ExecLeveraged_WithoutWhatTheVaultMustAllow_IsRefused()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (await market.TradeAsync("USDC", "WETH", Usdc(5_000))).MustSucceed();
        DevnetReserve weth = market.Manifest.Reserve("WETH"), usdc = market.Manifest.Reserve("USDC");

        await market.DoAsync(market.Vault, weth.AToken, Erc20.Approve(market.Executor, 0));
        Assert.False((await market.TradeAsync("WETH", "USDC", Weth(1))).Succeeded);
        await market.DoAsync(market.Vault, weth.AToken, Erc20.Approve(market.Executor, UInt256.MaxValue));
        await market.DoAsync(market.Vault, usdc.VariableDebtToken, AaveCalls.ApproveDelegation(market.Executor, 0));
        Assert.False((await market.TradeAsync("USDC", "WETH", Usdc(100))).Succeeded);
        (await market.TradeAsync("WETH", "USDC", Weth(1))).MustSucceed(); // paying back needs no delegation
        await market.DoAsync(market.Vault, usdc.Asset, Erc20.Approve(market.Executor, 0));
        Assert.False((await market.TradeAsync("WETH", "USDC", Weth(1))).Succeeded);
    }

    [Fact]
    public async Task ExecLeveraged_StraysAtTheExecutor_AreNeitherUsedNorLost()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        DevnetReserve weth = market.Manifest.Reserve("WETH");
        await market.DoAsync(market.Vault, weth.AToken, Erc20.Transfer(market.Executor, Weth(1)));
        Assert.False((await market.BalanceAsync(weth.AToken, market.Executor)).IsZero);
        Receipt receipt = await market.MineAsync(market.Caller, market.Executor, market.Call(
            [market.Leg("WETH", "USDC", Weth(2))], [market.Entry("WETH", Weth(2)), market.Entry("USDC")]));
        Assert.True(receipt.Succeeded);
        AssertAbout(Weth(1), await market.BalanceAsync(weth.AToken, market.Executor), 1_000_000_000_000);

        await market.MineAsync(market.Stranger, market.Executor, ExecutorCalls.Sweep(weth.AToken));
        Assert.True((await market.BalanceAsync(weth.AToken, market.Executor)).IsZero);
    }

    [Fact]
    public async Task ExecLeveraged_VaultIsASafe_LeversItsAccountAndPaysDown()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        Address[] owners = [.. new[] { "spare-5", "spare-6" }.Select(market.Manifest.Account).OrderBy(owner => owner.ToString(), StringComparer.Ordinal)];
        SafeWallet safe = new(market.Node, (from, to, data) => market.DoAsync(from, to, data), owners, market.Stranger);
        await safe.CreateAsync(async code => (await market.DoAsync(market.Stranger, null, code)).ContractAddress!.Value);
        Address executor = await market.DeployAsync(safe.Address);
        foreach (DevnetReserve reserve in market.Manifest.Reserves.Where(reserve => reserve.Symbol is "WETH" or "USDC"))
        {
            await safe.ExecuteAsync(reserve.Asset, Erc20.Approve(executor, UInt256.MaxValue));
            await safe.ExecuteAsync(reserve.AToken, Erc20.Approve(executor, UInt256.MaxValue));
            await safe.ExecuteAsync(reserve.VariableDebtToken, AaveCalls.ApproveDelegation(executor, UInt256.MaxValue));
        }
        await market.DoAsync(market.Vault, market.Manifest.Reserve("WETH").AToken, Erc20.Transfer(safe.Address, Weth(5)));

        Receipt more = await market.DoAsync(market.Caller, executor, market.Call(
            [market.Leg("USDC", "WETH", Usdc(12_500))], [market.Entry("USDC", Usdc(12_500)), market.Entry("WETH")]));
        UInt256 owed = await market.BalanceAsync(market.Manifest.Reserve("USDC").VariableDebtToken, safe.Address);
        Receipt less = await market.DoAsync(market.Caller, executor, market.Call(
            [market.Leg("WETH", "USDC", Weth(2))], [market.Entry("WETH", Weth(2)), market.Entry("USDC")]));

        Assert.Equal(Usdc(12_500), owed);
        Assert.True(more.Succeeded && less.Succeeded);
        Assert.True(await market.BalanceAsync(market.Manifest.Reserve("USDC").VariableDebtToken, safe.Address) < owed);
        foreach (string symbol in new[] { "WETH", "USDC" })
            Assert.True((await market.BalanceAsync(market.Token(symbol), safe.Address)).IsZero);
    }

    // ---- workings ----

    /// <summary>Debt in USDC on the ten that are supplied; the last of the way by the oracle's price.</summary>
    private async Task BringHealthTo(double health)
    {
        double start = Math.Max(health, 1.1);
        // Threshold 83 %: the vault borrows and keeps what it borrows, which is no part of the account.
        double price = (double)(await PriceAsync("WETH")) / 1e8;
        await market.BorrowAsync("USDC", Usdc(10 * price * 0.83 / start));
        if (health < start)
            await market.MovePriceAsync("WETH", health / start);
        Assert.InRange((double)await market.HealthAsync() / 1e18, health - 0.005, health + 0.005);
    }

    private async Task<UInt256> PriceAsync(string symbol)
    {
        LendingMarket now = await market.ReadAsync(BlockRef.Latest);
        return now.Prices[now.Reserve(market.Token(symbol)).Id];
    }

    /// <summary>With the limit that the leg meets on average when so much of it was sold, and no more.</summary>
    private async Task<ExecutorLeg> WithLimitAsync(ExecutorLeg leg, double whole)
    {
        async Task<UInt256> LimitAsync(UInt256 amount)
        {
            await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
            ExecutorRun run = (await market.SendAsync(market.Caller, market.Executor, ExecutorCalls.Exec(
                market.NextDecision(), LeveragedMarket.Far, LeveragedMarket.Far, [leg with { MaxIn = amount }]))).MustSucceed();
            return ExecutorMarket.Limit(run.Legs[0].Received, run.Legs[0].Spent);
        }
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        string sold = market.Manifest.Tokens.Single(token => token.Address == leg.TokenIn).Symbol;
        await market.FundAsync(sold, leg.MaxIn);
        return leg with { LimitPriceX96 = await LimitAsync(PoolMath.BaseUnits((double)leg.MaxIn * whole)) };
    }

    /// <summary>To within so many units, which a second's interest may make.</summary>
    private static void AssertAbout(UInt256 expected, UInt256 actual, ulong units) =>
        Assert.True((expected > actual ? expected - actual : actual - expected) <= units, $"{actual} is not within {units} of {expected}");
}
