using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.ChainTests;

/// <summary>
/// Calls of the published routers, seen pending on the node, read and applied to copies of the pools: after the block, every pool of the chain must
/// stand exactly as its copy.
/// </summary>
public sealed class MempoolPredictionTests(MempoolChain chain, ITestOutputHelper output) : IClassFixture<MempoolChain>
{
    private static readonly UInt256 s_all = UInt256.One << 255;
    private static readonly Address s_router = Address.Parse("0x0000000000000000000000000000000000000002");

    public static TheoryData<string> Cases => [.. new[]
    {
        "v2 exact in", "v2 exact in two hops", "v2 exact out", "v2 exact out two hops", "v2 coin in", "v2 coin for exact out", "v2 fee on transfer", "v2 add", "v2 add coin",
        "v2 limit fails", "v3 in single", "v3 in single price limit", "v3 out single", "v3 in path", "v3 out path", "router02 in single", "router02 out single",
        "router02 in path", "router02 multicall", "router02 multicall deadline", "router02 v2 in", "router02 v2 out", "router02 chained", "positions mint", "ur v2 in",
        "ur v2 out", "ur v3 in", "ur v3 out", "ur wrapped", "ur v2 then v3", "ur transfer then v2", "ur sub plan", "ur may fail", "ur v4 in", "ur v4 out", "ur v4 native",
        "ur v4 path", "balancer in", "balancer out", "balancer batch in", "balancer batch out",
    }.Select(name => (TheoryDataRow<string>)name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Apply_OnePendingCall_IsTheChainAfterItsBlock(string name)
    {
        Assert.SkipWhen(name.StartsWith("ur ", StringComparison.Ordinal) && chain.UniversalRouter.IsZero, "the Universal Router's package could not be fetched with npm");
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync();
        (Address to, byte[] data, UInt256 value) = CallOf(name);
        Hash32 hash = await chain.PostAsync(chain.Rival, to, data, MempoolChain.Gwei, value);
        PendingPool pending = await chain.PoolPendingAsync(market);
        Assert.True(pending.TryGet(hash, out PendingTransactionView view));
        Assert.Equal(DecodeVerdict.Effects, view.Verdict);
        PoolOverlay overlay = new(market, new PositionBook(market));
        ApplyOutcome outcome = overlay.Apply(pending.EffectsOf(hash));
        await chain.Market.MineAsync();

        Receipt receipt = await chain.Market.ReceiptAsync(hash);
        Assert.True(
            outcome == ApplyOutcome.Applied == receipt.Succeeded, $"{name}: {outcome}, and the chain {receipt.Succeeded}: {await chain.WhyAsync(chain.Rival, to, data, value)}");
        Assert.Equal(name == "v2 limit fails" ? ApplyOutcome.Reverted : ApplyOutcome.Applied, outcome);
        int touched = 0;
        foreach (Pool pool in market.Pools)
        {
            touched += overlay.IsTouched(pool.Id) ? 1 : 0;
            Assert.True(await chain.IsChainAsync(overlay.PoolOf(pool.Id)), $"{pool} stands elsewhere after {name}");
        }
        output.WriteLine($"{name}: {touched} pools moved, {data.Length} bytes, {pending.EffectsOf(hash).Length} effects");
        Assert.Equal(outcome == ApplyOutcome.Applied, touched > 0);
    }

    [Fact]
    public async Task Apply_ManyPendingCallsByTip_IsTheChainAfterTheBlock()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync();
        string[] names =
        [
            "v2 exact in", "v3 in path", "balancer in", "router02 multicall", "v2 exact out two hops", "positions mint", "v3 in single", "v3 out single", "v2 add",
            .. chain.UniversalRouter.IsZero ? Array.Empty<string>() : ["ur v4 in", "ur v2 then v3", "ur v4 out"],
        ];
        Address[] senders = [chain.Rival, chain.Other, chain.Third];
        for (int i = 0; i < names.Length; i++)
        {
            (Address to, byte[] data, UInt256 value) = CallOf(names[i], senders[i % 3]);
            await chain.PostAsync(senders[i % 3], to, data, (ulong)(50 - i) * MempoolChain.Gwei, value, ahead: (ulong)(i / 3));
        }
        PendingPool pending = await chain.PoolPendingAsync(market);
        Hash32[] order = new Hash32[24];
        int count = pending.WriteExecutable(order);
        Assert.Equal(names.Length, count);
        PoolOverlay overlay = new(market, new PositionBook(market));
        for (int i = 0; i < count; i++)
            Assert.Equal(ApplyOutcome.Applied, overlay.Apply(pending.EffectsOf(order[i])));
        await chain.Market.MineAsync();

        Hash32[] mined = (await chain.Node.BlockTransactionHashesAsync(BlockRef.Latest))!;
        Assert.Equal(order[..count], mined);
        foreach (Pool pool in market.Pools)
            Assert.True(await chain.IsChainAsync(overlay.PoolOf(pool.Id)), $"{pool} stands elsewhere");
        Assert.True(market.Pools.Count(pool => overlay.IsTouched(pool.Id)) >= 5);

        // And played over again from its logs: every swap of the block, of each kind of pool, gives what it gave.
        BlockHeader header = (await chain.Node.BlockAsync(BlockRef.Latest))!;
        LogEntry[] logs = await chain.Node.LogsAsync(header.Hash, [.. market.Pools.SelectMany(pool => pool.LogSources).Distinct()]);
        MinedTransaction[] transactions = [.. mined.Select(hash => new MinedTransaction(hash, default, default, 0, 0, 0))];
        PostMortem[] swaps = [.. mined.SelectMany(hash => BlockReplay.Examine(market, header.Number, transactions, logs, hash))];
        output.WriteLine(string.Join('\n', swaps.Select(swap => $"{market.PoolOf(swap.Pool)}: {swap.AmountIn} for {swap.AmountOut}, {swap.CostBps:0.00} bp by its place")));
        Assert.All(swaps, swap => Assert.True(swap.IsExact));
        Assert.Equal(chain.UniversalRouter.IsZero ? 3 : 4, swaps.Select(swap => market.PoolOf(swap.Pool)!.Kind).Distinct().Count());
        Assert.True(swaps.Length >= 10);
    }

    /// <summary>A burn of a position straight at the pool, and a swap straight at the pair of what was sent there before.</summary>
    [Fact]
    public async Task Apply_CallsOfThePoolsThemselves_AreTheChainAfterTheirBlock()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync();
        UniswapV2Pool pair = (UniswapV2Pool)MempoolChain.PoolOf(market, chain.Market.Pool("uniswap-v2", "WETH", "USDC", 3000));
        AssetId weth = chain.Asset("WETH");
        UInt256 amount = MempoolChain.Units("WETH", 2);
        pair.QuoteExactIn(weth, amount, out SwapQuote quote);
        bool sells0 = pair.Asset0 == weth;
        byte[] swap = CallData.Of("swap(uint256,uint256,address,bytes)", 4, (ref Ethereum.Encoding.AbiWriter writer) =>
        {
            writer.WriteUInt256(sells0 ? 0 : quote.AmountOut);
            writer.WriteUInt256(sells0 ? quote.AmountOut : 0);
            writer.WriteAddress(chain.Rival);
            writer.WriteBytes([]);
        });
        await chain.PostAsync(chain.Rival, chain.Token("WETH"), Erc20.Transfer(pair.Address, amount), 9 * MempoolChain.Gwei);
        Hash32 hash = await chain.PostAsync(chain.Rival, pair.Address, swap, 8 * MempoolChain.Gwei, ahead: 1);
        PendingPool pending = await chain.PoolPendingAsync(market);
        PoolOverlay overlay = new(market, new PositionBook(market));
        Assert.Equal(ApplyOutcome.Applied, overlay.Apply(pending.EffectsOf(hash)));
        await chain.Market.MineAsync();
        Assert.True((await chain.Market.ReceiptAsync(hash)).Succeeded);

        // What was sent is not in the call: the least that pays is within a unit or two of it here.
        UniswapV2Pool after = (UniswapV2Pool)overlay.PoolOf(pair.Id);
        UniswapV2Pool real = (UniswapV2Pool)MempoolChain.PoolOf(await chain.ReadMarketAsync(), pair.Address);
        Assert.Equal(sells0 ? real.Reserve1 : real.Reserve0, sells0 ? after.Reserve1 : after.Reserve0);
        UInt128 said = sells0 ? after.Reserve0 : after.Reserve1, was = sells0 ? real.Reserve0 : real.Reserve1;
        Assert.InRange((double)(was - said) / (double)was, 0, 1e-9);
    }

    /// <summary>The manager's calls name a position by number: where its liquidity lies is learnt from the logs of its birth.</summary>
    [Fact]
    public async Task Apply_DecreaseOfAPositionSeenBefore_IsTheChainAfterItsBlock()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        (Address to, byte[] mint, _) = CallOf("positions mint");
        ExecutorRun minted = (await chain.Market.SendAsync(chain.Rival, to, mint)).MustSucceed();
        MempoolMarket market = await chain.ReadMarketAsync();
        PositionBook positions = new(market);
        positions.Learn(minted.Receipt.Logs);
        LogEntry increased = minted.Receipt.Logs.Last(log => log.Address == chain.Positions);
        ulong token = UInt256.ReadBigEndian(increased.Topics[1].Span).Limb0;
        Assert.True(positions.TryFind(token, out KnownPosition position));
        UInt128 half = (UInt128)(UInt256.ReadBigEndian(increased.Data.AsSpan(0, 32)) >> 1);

        await chain.Market.AutomineAsync(false);
        byte[] decrease = MempoolCalls.Multicall("", null, MempoolCalls.DecreaseLiquidity(token, half), MempoolCalls.Collect(token, chain.Rival));
        Hash32 hash = await chain.PostAsync(chain.Rival, chain.Positions, decrease, MempoolChain.Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market);
        PoolOverlay overlay = new(market, positions);
        Assert.Equal(ApplyOutcome.Applied, overlay.Apply(pending.EffectsOf(hash)));
        Assert.True(overlay.IsTouched(position.Pool));
        await chain.Market.MineAsync();
        Assert.True((await chain.Market.ReceiptAsync(hash)).Succeeded);
        Assert.True(await chain.IsChainAsync(overlay.PoolOf(position.Pool)));
    }

    [Fact]
    public async Task Apply_LiquidityOfAPairRemoved_IsMarkedUnpredictable()
    {
        MempoolMarket market = await chain.ReadMarketAsync();
        byte[] remove = MempoolCalls.V2Remove(chain.Token("WETH"), chain.Token("USDC"), 1, chain.Rival);
        PendingEffect[] effects = new PendingEffect[4];
        Assert.Equal(DecodeVerdict.Effects, new CallDecoder(market).Decode(chain.V2Router, chain.Rival, UInt256.Zero, remove, effects, out int count));
        PoolOverlay overlay = new(market, new PositionBook(market));
        Assert.Equal(ApplyOutcome.Unpredictable, overlay.Apply(effects.AsSpan(0, count)));
        Assert.True(overlay.IsUncertain(MempoolChain.PoolOf(market, chain.Market.Pool("uniswap-v2", "WETH", "USDC", 3000)).Id));
        Assert.True(effects[0].EndsRoutes);
    }

    private (Address To, byte[] Data, UInt256 Value) CallOf(string name) => CallOf(name, chain.Rival);

    private (Address To, byte[] Data, UInt256 Value) CallOf(string name, Address me)
    {
        Address weth = chain.Token("WETH"), usdc = chain.Token("USDC"), wbtc = chain.Token("WBTC"), link = chain.Token("LINK");
        UInt256 oneWeth = MempoolChain.Units("WETH", 7.3), someUsdc = MempoolChain.Units("USDC", 43_210.5);
        Address v2 = chain.V2Router, v3 = chain.V3Router, r02 = chain.SwapRouter02, ur = chain.UniversalRouter;
        UInt256 most = UInt256.One << 120;
        UInt256 coin = UInt256.PowerOfTen(18);
        Hash32 weighted = WeightedId;
        return name switch
        {
            "v2 exact in" => (v2, MempoolCalls.V2("swapExactTokensForTokens", oneWeth, 1, me, weth, usdc), 0),
            "v2 exact in two hops" => (v2, MempoolCalls.V2("swapExactTokensForTokens", someUsdc, 1, me, usdc, link, weth), 0),
            "v2 exact out" => (v2, MempoolCalls.V2("swapTokensForExactTokens", someUsdc, most, me, weth, usdc), 0),
            "v2 exact out two hops" => (v2, MempoolCalls.V2("swapTokensForExactTokens", oneWeth, most, me, usdc, wbtc, weth), 0),
            "v2 coin in" => (v2, MempoolCalls.V2Coin("swapExactETHForTokens", 1, me, weth, usdc), coin * 3),
            "v2 coin for exact out" => (v2, MempoolCalls.V2Coin("swapETHForExactTokens", someUsdc, me, weth, usdc), coin * 100),
            "v2 fee on transfer" => (v2, MempoolCalls.V2("swapExactTokensForTokensSupportingFeeOnTransferTokens", oneWeth, 1, me, weth, usdc), 0),
            "v2 add" => (v2, UniswapCalls.AddLiquidityV2(weth, usdc, oneWeth, someUsdc, me), 0),
            "v2 add coin" => (v2, MempoolCalls.V2AddCoin(usdc, someUsdc, me), coin * 9),
            "v2 limit fails" => (v2, MempoolCalls.V2("swapExactTokensForTokens", oneWeth, most, me, weth, usdc), 0),
            "v3 in single" => (v3, MempoolCalls.V3Single(false, false, weth, usdc, 500, oneWeth * 50, 1, 0, me), 0),
            "v3 in single price limit" => (v3, MempoolCalls.V3Single(false, false, weth, usdc, 500, oneWeth * 50, 1, PriceNear("WETH", "USDC", 500, sell: "WETH"), me), 0),
            "v3 out single" => (v3, MempoolCalls.V3Single(true, false, weth, usdc, 3000, someUsdc * 9, most, 0, me), 0),
            "v3 in path" => (v3, MempoolCalls.V3Path(false, false, MempoolCalls.Path(weth, (500, usdc), (3000, wbtc)), oneWeth, 1, me), 0),
            "v3 out path" => (v3, MempoolCalls.V3Path(true, false, MempoolCalls.Path(weth, (3000, wbtc), (3000, usdc)), oneWeth, most, me), 0),
            "router02 in single" => (r02, MempoolCalls.V3Single(false, true, usdc, weth, 500, someUsdc, 1, 0, me), 0),
            "router02 out single" => (r02, MempoolCalls.V3Single(true, true, usdc, weth, 500, oneWeth, most, 0, me), 0),
            "router02 in path" => (r02, MempoolCalls.V3Path(false, true, MempoolCalls.Path(usdc, (500, weth), (3000, wbtc)), someUsdc, 1, me), 0),
            "router02 multicall" => (r02, MempoolCalls.Multicall("", null,
                MempoolCalls.V3Single(false, true, usdc, weth, 500, someUsdc, 1, 0, me), MempoolCalls.V3Single(true, true, usdc, weth, 3000, oneWeth, most, 0, me)), 0),
            "router02 multicall deadline" => (r02, MempoolCalls.Multicall("uint256,", MempoolCalls.Never,
                MempoolCalls.V2ByRouter02("swapExactTokensForTokens", someUsdc, 1, me, usdc, weth), MempoolCalls.V3Single(false, true, usdc, weth, 500, someUsdc, 1, 0, me)), 0),
            "router02 v2 in" => (r02, MempoolCalls.V2ByRouter02("swapExactTokensForTokens", someUsdc, 1, me, usdc, link), 0),
            "router02 v2 out" => (r02, MempoolCalls.V2ByRouter02("swapTokensForExactTokens", oneWeth, most, me, usdc, weth), 0),
            "router02 chained" => (r02, MempoolCalls.Multicall("", null,
                MempoolCalls.V2ByRouter02("swapExactTokensForTokens", someUsdc, 1, s_router, usdc, weth), MempoolCalls.V3Single(false, true, weth, wbtc, 3000, 0, 1, 0, me)), 0),
            "positions mint" => (chain.Positions, Mint(me), 0),
            "ur v2 in" => (ur, MempoolCalls.Execute((0x08, MempoolCalls.V2Input(me, someUsdc, 1, true, usdc, weth))), 0),
            "ur v2 out" => (ur, MempoolCalls.Execute((0x09, MempoolCalls.V2Input(me, oneWeth, most, true, usdc, weth))), 0),
            "ur v3 in" => (ur, MempoolCalls.Execute((0x00, MempoolCalls.V3Input(me, someUsdc, 1, MempoolCalls.Path(usdc, (500, weth), (3000, wbtc)), true))), 0),
            "ur v3 out" => (ur, MempoolCalls.Execute((0x01, MempoolCalls.V3Input(me, oneWeth, most, MempoolCalls.Path(weth, (3000, usdc)), true))), 0),
            "ur wrapped" => (ur, MempoolCalls.Execute((0x0b, MempoolCalls.AddressAndAmount(s_router, coin * 2)),
                (0x00, MempoolCalls.V3Input(me, s_all, 1, MempoolCalls.Path(weth, (500, usdc)), false))), coin * 2),
            "ur v2 then v3" => (ur, MempoolCalls.Execute((0x08, MempoolCalls.V2Input(s_router, someUsdc, 1, true, usdc, weth)),
                (0x00, MempoolCalls.V3Input(me, s_all, 1, MempoolCalls.Path(weth, (3000, wbtc)), false))), 0),
            "ur transfer then v2" => (ur, MempoolCalls.Execute((0x02, MempoolCalls.Transfer(usdc, s_router, someUsdc)),
                (0x00, MempoolCalls.V3Input(me, s_all, 1, MempoolCalls.Path(usdc, (500, weth)), false))), 0),
            "ur sub plan" => (ur, MempoolCalls.Execute((0x21, MempoolCalls.Plan((0x08, MempoolCalls.V2Input(me, someUsdc, 1, true, usdc, weth)))),
                (0x00, MempoolCalls.V3Input(me, someUsdc, 1, MempoolCalls.Path(usdc, (500, weth)), true))), 0),

            // The first may fail and does; the second goes on.
            "ur may fail" => (ur, MempoolCalls.Execute((0x80 | 0x21, MempoolCalls.Plan((0x08, MempoolCalls.V2Input(me, someUsdc, most, true, usdc, weth)))),
                (0x00, MempoolCalls.V3Input(me, someUsdc, 1, MempoolCalls.Path(usdc, (500, weth)), true))), 0),
            "ur v4 in" => (ur, MempoolCalls.Execute((0x10, MempoolCalls.V4(0x06, MempoolCalls.V4Single(V4, SellsUsdc0, someUsdc, 1), usdc, weth))), 0),
            "ur v4 out" => (ur, MempoolCalls.Execute((0x10, MempoolCalls.V4(0x08, MempoolCalls.V4Single(V4, SellsUsdc0, oneWeth, (UInt256)UInt128.MaxValue), usdc, weth))), 0),
            "ur v4 native" => (ur, MempoolCalls.Execute((0x10, MempoolCalls.V4(0x06, MempoolCalls.V4Single(chain.Market.V4Native, true, coin, 1), Address.Zero, usdc))), coin),
            "ur v4 path" => (ur, MempoolCalls.Execute((0x10, MempoolCalls.V4(0x07, MempoolCalls.V4Path(weth, oneWeth, 1, (usdc, V4), (Address.Zero, chain.Market.V4Native)), weth, Address.Zero))), 0),
            "balancer in" => (chain.Market.BalancerVault, MempoolCalls.VaultSwap(weighted, false, weth, usdc, oneWeth, 1, me), 0),
            "balancer out" => (chain.Market.BalancerVault, MempoolCalls.VaultSwap(weighted, true, weth, usdc, someUsdc, most, me), 0),
            "balancer batch in" => (chain.Market.BalancerVault, MempoolCalls.VaultBatch(weighted, false, weth, usdc, oneWeth, me), 0),
            "balancer batch out" => (chain.Market.BalancerVault, MempoolCalls.VaultBatch(weighted, true, weth, usdc, someUsdc, me), 0),
            _ => throw new ArgumentException(name),
        };
    }

    private Hash32 WeightedId { get; } = chain.Node.CallAsync(
        chain.Market.Weighted, CallData.Of("getPoolId()", 0, (ref Ethereum.Encoding.AbiWriter _) => { }), BlockRef.Latest).GetAwaiter().GetResult() is { } id ? new Hash32(id) : default;

    private UniswapV4PoolUnderTest V4 => chain.Market.V4;

    private bool SellsUsdc0 => V4.Currency0 == chain.Token("USDC");

    private byte[] Mint(Address me)
    {
        (Address token0, Address token1) = Ordered("WETH", "USDC");
        UniswapV3Pool pool = (UniswapV3Pool)chain.Market.ReadPoolAsync("uniswap-v3", chain.Market.Pool("uniswap-v3", "WETH", "USDC", 3000)).GetAwaiter().GetResult();
        int middle = pool.State.Tick / 60 * 60;
        return UniswapCalls.MintV3(token0, token1, 3000, middle - 600, middle + 900, Some(token0), Some(token1), me);

        UInt256 Some(Address token) => token == chain.Token("WETH") ? MempoolChain.Units("WETH", 20) : MempoolChain.Units("USDC", 40_000);
    }

    private (Address, Address) Ordered(string a, string b) =>
        chain.Token(a).Span.SequenceCompareTo(chain.Token(b).Span) < 0 ? (chain.Token(a), chain.Token(b)) : (chain.Token(b), chain.Token(a));

    /// <summary>A price some two parts in a thousand away, the way that a sale moves it.</summary>
    private UInt256 PriceNear(string a, string b, int fee, string sell)
    {
        UniswapV3Pool pool = (UniswapV3Pool)chain.Market.ReadPoolAsync("uniswap-v3", chain.Market.Pool("uniswap-v3", a, b, fee)).GetAwaiter().GetResult();
        bool down = pool.Facts.Token0 == chain.Token(sell);
        return pool.State.SqrtPriceX96 / 1000 * (down ? 999UL : 1001UL);
    }
}
