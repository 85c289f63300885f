using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.ChainTests;

/// <summary>What the executor sells and brings at each venue, held against the engine's exact pools.</summary>
public sealed class ExecutorFillTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);

    public static TheoryData<ExecutorVenue, bool> VenuesBothWays { get; } = new(
        from venue in new[] { ExecutorVenue.UniswapV2, ExecutorVenue.UniswapV3, ExecutorVenue.UniswapV4, ExecutorVenue.BalancerV2 }
        from sellsWeth in new[] { true, false }
        select (venue, sellsWeth));

    [Theory]
    [MemberData(nameof(VenuesBothWays))]
    public async Task Exec_LimitFarAway_SellsAllAndBringsThePoolsExactQuote(ExecutorVenue venue, bool sellsWeth)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (ExecutorLeg leg, Pool pool) = await LegAsync(venue, sellsWeth, limit: 1);
        UInt256 heldIn = await market.HeldAsync(leg.TokenIn), heldOut = await market.HeldAsync(leg.TokenOut);

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(SellOf(pool, leg), leg.MaxIn, out SwapQuote quote));
        Assert.Equal((leg.MaxIn, quote.AmountOut), Assert.Single(run.Legs));
        Assert.Equal(heldIn - leg.MaxIn, await market.HeldAsync(leg.TokenIn));
        Assert.Equal(heldOut + quote.AmountOut, await market.HeldAsync(leg.TokenOut));
        await NothingStaysBehindAsync(leg);
    }

    [Theory]
    [InlineData(ExecutorVenue.UniswapV2, true)]
    [InlineData(ExecutorVenue.UniswapV2, false)]
    [InlineData(ExecutorVenue.UniswapV3, true)]
    [InlineData(ExecutorVenue.UniswapV3, false)]
    [InlineData(ExecutorVenue.UniswapV4, true)]
    [InlineData(ExecutorVenue.UniswapV4, false)]
    public async Task Exec_LimitReachedOnTheWay_SellsUpToTheLimitAndNotBeyond(ExecutorVenue venue, bool sellsWeth)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (ExecutorLeg leg, Pool pool) = await LegAsync(venue, sellsWeth, limit: 1);
        AssetId sell = SellOf(pool, leg);
        UInt256 half = leg.MaxIn / 2;
        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, half, out SwapQuote ofHalf));
        leg.LimitPriceX96 = ExecutorMarket.Limit(ofHalf.AmountOut, half); // what half of it averages

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        (UInt256 spent, UInt256 received) = Assert.Single(run.Legs);
        // A thousandth less than half; of a concentrated pool, whose liquidity falls on the way, some more.
        Assert.InRange((double)spent / (double)half, venue == ExecutorVenue.UniswapV2 ? 0.9985 : 0.9, 0.9995);
        Assert.True(ExecutorMarket.Limit(received, spent) >= leg.LimitPriceX96);
        // A pool that stops at a price rounds what it takes up to a unit, so what it brings lies between the quotes of that unit less and of the
        // whole.
        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, spent - 1, out SwapQuote less));
        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, spent, out SwapQuote quote));
        Assert.True(less.AmountOut <= received && received <= quote.AmountOut);
        await NothingStaysBehindAsync(leg);
    }

    [Theory]
    [MemberData(nameof(VenuesBothWays))]
    public async Task Exec_LimitAUnitBetterThanThePoolPays_Reverts(ExecutorVenue venue, bool sellsWeth)
    {
        (ExecutorLeg leg, Pool pool) = await LegAsync(venue, sellsWeth, limit: 1);
        leg.MinFill = leg.MaxIn;
        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(SellOf(pool, leg), leg.MaxIn, out SwapQuote quote));
        leg.LimitPriceX96 = ExecutorMarket.Limit(quote.AmountOut + 1, leg.MaxIn) + 1;

        // A pool with a price limit stops before its last unit instead; then too little is sold.
        (await market.RunAsync(leg)).MustFail(venue == ExecutorVenue.BalancerV2 ? "LimitNotMet(leg: 0" : "BelowMinimum(leg: 0");
    }

    [Theory]
    [InlineData(ExecutorVenue.UniswapV2)]
    [InlineData(ExecutorVenue.UniswapV3)]
    [InlineData(ExecutorVenue.UniswapV4)]
    public async Task Exec_PriceBeyondTheLimitAlready_RevertsByName(ExecutorVenue venue)
    {
        (ExecutorLeg leg, _) = await LegAsync(venue, sellsWeth: true, limit: 1);
        leg.LimitPriceX96 = ExecutorMarket.Limit(UInt256.PowerOfTen(6) * 10_000, OneEther); // nobody pays so much

        (await market.RunAsync(leg)).MustFail("BeyondLimit(leg: 0");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exec_V4PoolOfTheChainsOwnCoin_TakesAndPaysTheWrappedToken(bool sellsWeth)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (ExecutorLeg leg, _) = await LegAsync(ExecutorVenue.UniswapV4, sellsWeth, limit: 1);
        (leg.FeePips, leg.TickSpacing, leg.Flags) = (market.V4Native.Fee, market.V4Native.Spacing, ExecutorLegFlags.Native);
        Pool pool = await market.ReadPoolAsync(UniswapV4Pool.KindName, market.PoolManager, market.V4Native.Parameters(market.Weth));

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(SellOf(pool, leg), leg.MaxIn, out SwapQuote quote));
        Assert.Equal((leg.MaxIn, quote.AmountOut), Assert.Single(run.Legs));
        await NothingStaysBehindAsync(leg);
    }

    [Theory]
    [InlineData(ExecutorVenue.UniswapV2)]
    [InlineData(ExecutorVenue.UniswapV3)]
    [InlineData(ExecutorVenue.UniswapV4)]
    [InlineData(ExecutorVenue.BalancerV2)]
    public async Task Exec_Permit2InsteadOfAnAllowance_TakesThroughIt(ExecutorVenue venue)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (ExecutorLeg leg, _) = await LegAsync(venue, sellsWeth: true, limit: 1);
        leg.Flags = ExecutorLegFlags.Permit2;
        await market.SendAsync(market.Vault, leg.TokenIn, Erc20.Approve(market.Executor, 0));
        (await market.RunAsync(leg)).MustFail("AllowanceExpired"); // Permit2's own words for an allowance never given
        await market.SendAsync(market.Vault, leg.TokenIn, Erc20.Approve(ExecutorMarket.Permit2, UInt256.MaxValue));
        (await market.SendAsync(market.Vault, ExecutorMarket.Permit2, Permit2.Approve(leg.TokenIn, market.Executor, leg.MaxIn, ExecutorMarket.Far))).MustSucceed();

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        Assert.Equal(leg.MaxIn, Assert.Single(run.Legs).Spent);
        (await market.RunAsync(leg)).MustFail("InsufficientAllowance"); // no more than was allowed
    }

    [Fact]
    public async Task Exec_VaultKeepsMoreThanItHolds_SellsNothing()
    {
        (ExecutorLeg leg, _) = await LegAsync(ExecutorVenue.UniswapV3, sellsWeth: true, limit: 1);
        leg.KeepBalance = await market.HeldAsync(leg.TokenIn);

        (await market.RunAsync(leg)).MustFail("NothingToSell(leg: 0");
    }

    [Fact]
    public async Task Exec_VaultHoldsLessThanSigned_SellsWhatIsAboveTheKeptBalance()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (ExecutorLeg leg, _) = await LegAsync(ExecutorVenue.UniswapV3, sellsWeth: true, limit: 1);
        UInt256 held = await market.HeldAsync(leg.TokenIn);
        leg.MaxIn = held * 2;
        leg.KeepBalance = held - OneEther;

        ExecutorRun run = (await market.RunAsync(leg)).MustSucceed();

        Assert.Equal(OneEther, Assert.Single(run.Legs).Spent);
        Assert.Equal(leg.KeepBalance, await market.HeldAsync(leg.TokenIn));
    }

    [Fact]
    public async Task Exec_ChainOfThreeVenues_JudgesTheLimitFromEndToEnd()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        ExecutorLeg[] chain = Chain(OneEther);
        ExecutorRun run = (await market.RunAsync(chain)).MustSucceed();
        Assert.Equal(3, run.Legs.Count);
        Assert.Equal(run.Legs[0].Received, run.Legs[1].Spent);
        Assert.Equal(run.Legs[1].Received, run.Legs[2].Spent);
        UInt256 brought = run.Legs[2].Received;
        await restore.DisposeAsync();

        await using IAsyncDisposable second = await market.RestoreAfterwardsAsync();
        chain[2].LimitPriceX96 = ExecutorMarket.Limit(brought, OneEther) + 1;
        (await market.RunAsync(chain)).MustFail("LimitNotMet(leg: 2");
        chain[2].LimitPriceX96 -= 1;
        Assert.Equal(brought, (await market.RunAsync(chain)).MustSucceed().Legs[2].Received);
    }

    [Fact]
    public async Task TryEncode_OrderThroughV4AndBalancer_IsFilledAsThePoolsQuote()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        Pool native = await market.ReadPoolAsync(UniswapV4Pool.KindName, market.PoolManager, market.V4Native.Parameters(market.Weth));
        Pool weighted = await market.ReadPoolAsync(BalancerWeightedPool.KindName, market.Weighted);
        AssetId weth = AssetId.FromIndex(0), usdc = AssetId.FromIndex(1);
        AssetId In(Pool pool, Address token) => pool.Facts.Token0 == token ? pool.Asset0 : pool.Asset1;
        Assert.Equal(QuoteStatus.Exact, native.Swap(In(native, market.Weth), In(native, market.Usdc), OneEther, out SwapQuote first));
        Assert.Equal(QuoteStatus.Exact, weighted.Swap(In(weighted, market.Usdc), In(weighted, market.Weth), first.AmountOut, out SwapQuote second));
        Assert.Equal(QuoteStatus.Exact, native.Swap(In(native, market.Weth), In(native, market.Usdc), OneEther * 2, out SwapQuote third));
        OrderLeg there = new() { AmountIn = OneEther, MinimumOut = second.AmountOut, ExpectedOut = second.AmountOut, Sell = weth, Buy = weth };
        there.SetHop(0, PoolId.FromIndex(0), weth);
        there.SetHop(1, PoolId.FromIndex(1), usdc);
        OrderLeg single = new() { AmountIn = OneEther * 2, MinimumOut = third.AmountOut - third.AmountOut / 100, ExpectedOut = third.AmountOut, Sell = weth, Buy = usdc };
        single.SetHop(0, PoolId.FromIndex(0), weth);
        ExecutorEncoder encoder = new(market.Executor, [market.Weth, market.Usdc], [native.Facts, weighted.Facts], 10_000, usesPermit2: false);
        byte[] data = new byte[encoder.MaxLength(2)];
        Assert.Equal(EncodeStatus.Encoded, encoder.TryEncode(77, ExecutorMarket.Far, (long)ExecutorMarket.Far, [there, single], data, out int length));

        ExecutorRun run = (await market.SendAsync(market.Caller, market.Executor, data[..length])).MustSucceed();

        Assert.Equal([(OneEther, first.AmountOut), (first.AmountOut, second.AmountOut), (OneEther * 2, third.AmountOut)], run.Legs);
    }

    [Fact]
    public async Task Exec_OneLegOfABasketFails_NothingHappens()
    {
        UInt256 held = await market.HeldAsync(market.Weth);
        ExecutorLeg good = market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1);
        ExecutorLeg bad = market.Leg(ExecutorVenue.UniswapV2, "WETH", "USDC", OneEther, UInt256.One << 200);
        UInt256 decision = market.NextDecision();

        (await market.RunAsync(market.Caller, decision, good, bad)).MustFail("BeyondLimit(leg: 1");

        Assert.Equal(held, await market.HeldAsync(market.Weth));
        Assert.True((await market.NumberAsync(market.Executor, ExecutorCalls.IsUsed(decision))).IsZero);
    }

    /// <summary>WETH to USDC on V4, on to WBTC on V3, and back to USDC on V2: no good trade, but three venues in one chain.</summary>
    private ExecutorLeg[] Chain(UInt256 amount)
    {
        ExecutorLeg[] chain =
        [
            market.Leg(ExecutorVenue.UniswapV4, "WETH", "USDC", amount, 0),
            market.Leg(ExecutorVenue.UniswapV3, "USDC", "WBTC", UInt256.MaxValue, 0),
            market.Leg(ExecutorVenue.UniswapV2, "WBTC", "USDC", UInt256.MaxValue, 1),
        ];
        chain[1].Flags = chain[2].Flags = ExecutorLegFlags.Chained;
        return chain;
    }

    private async Task<(ExecutorLeg Leg, Pool Pool)> LegAsync(ExecutorVenue venue, bool sellsWeth, UInt256 limit)
    {
        (string sell, string buy) = sellsWeth ? ("WETH", "USDC") : ("USDC", "WETH");
        UInt256 amount = sellsWeth ? OneEther * 20 : UInt256.PowerOfTen(6) * 50_000;
        ExecutorLeg leg = market.Leg(venue, sell, buy, amount, limit);
        Pool pool = venue switch
        {
            ExecutorVenue.UniswapV2 => await market.ReadPoolAsync(UniswapV2Pool.KindName, leg.Pool),
            ExecutorVenue.UniswapV3 => await market.ReadPoolAsync(UniswapV3Pool.KindName, leg.Pool),
            ExecutorVenue.UniswapV4 => await market.ReadPoolAsync(UniswapV4Pool.KindName, market.PoolManager, market.V4.Parameters(market.Weth)),
            _ => await market.ReadPoolAsync(BalancerWeightedPool.KindName, leg.Pool),
        };
        return (leg, pool);
    }

    // The facts name the tokens in the pool's order, whichever is lower.
    private static AssetId SellOf(Pool pool, ExecutorLeg leg) => pool.Facts.Token0 == leg.TokenIn ? pool.Asset0 : pool.Asset1;

    private async Task NothingStaysBehindAsync(ExecutorLeg leg)
    {
        Assert.True((await market.BalanceAsync(leg.TokenIn, market.Executor)).IsZero);
        Assert.True((await market.BalanceAsync(leg.TokenOut, market.Executor)).IsZero);
        Assert.True((await market.Node.BalanceAsync(market.Executor, Ethereum.Rpc.BlockRef.Latest)).IsZero);
    }
}
