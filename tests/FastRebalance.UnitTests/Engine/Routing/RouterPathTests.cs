using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Engine.Routing;

/// <summary>Routes over markets made for the purpose, against quoting every path there is; with either search.</summary>
public sealed class RouterPathTests
{
    private static readonly UInt256 Deep = UInt256.Parse("1000000000000000000000000");

    public static TheoryData<bool> Searches => [false, true];

    [Theory, MemberData(nameof(Searches))]
    public void Quote_OnlyFourPoolsConnect_TakesAllFour(bool native)
    {
        RouterMarket market = Chain(native, pools: 4);

        Assert.Equal(RouteStatus.Found, market.Router.Quote(Asset(0), Asset(4), 1_000_000, out OrderLeg leg, out uint gas));

        Assert.Equal(4, leg.HopCount);
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(hop => leg.Pool(hop).Index));
        Assert.Equal([Asset(1), Asset(2), Asset(3), Asset(4)], Enumerable.Range(0, 4).Select(leg.BoughtAt));
        Assert.Equal(market.MostOut(Asset(0), Asset(4), 1_000_000), leg.ExpectedOut);
        Assert.Equal(300_000u, gas);
    }

    [Theory, MemberData(nameof(Searches))]
    public void Quote_FivePoolsAreNeeded_IsNoPath(bool native)
    {
        RouterMarket market = Chain(native, pools: 5);

        Assert.Equal(RouteStatus.NoPath, market.Router.Quote(Asset(0), Asset(5), 1_000_000, out _, out _));
        Assert.Equal(RouteStatus.NoPath, market.Router.QuoteExactOut(Asset(0), Asset(5), 1_000_000, out _, out _));
    }

    [Theory, MemberData(nameof(Searches))]
    public void Quote_SeededMarkets_BringsWhatTheBestOfAllPathsBrings(bool native)
    {
        Skip(native);
        Random random = new(41);
        int found = 0, longest = 0;
        for (int round = 0; round < 150; round++)
        {
            RouterMarket market = Some(random, native);
            for (int question = 0; question < 6; question++)
            {
                (AssetId sell, AssetId buy, UInt256 amount) = Ask(market, random);
                UInt256 best = market.MostOut(sell, buy, amount);
                RouteStatus status = market.Router.Quote(sell, buy, amount, out OrderLeg leg, out _);
                Assert.Equal(!best.IsZero, status == RouteStatus.Found);
                Assert.Equal(best, leg.ExpectedOut);
                found += status == RouteStatus.Found ? 1 : 0;
                longest += leg.HopCount == 4 ? 1 : 0;
            }
        }
        Assert.True(found > 500 && longest > 20, $"{found} found, {longest} of four pools");
    }

    [Theory, MemberData(nameof(Searches))]
    public void QuoteExactOut_SeededMarkets_TakesWhatTheBestOfAllPathsTakes(bool native)
    {
        Skip(native);
        Random random = new(42);
        int found = 0, longest = 0;
        for (int round = 0; round < 150; round++)
        {
            RouterMarket market = Some(random, native);
            for (int question = 0; question < 6; question++)
            {
                (AssetId sell, AssetId buy, UInt256 amount) = Ask(market, random);
                UInt256 best = market.LeastIn(sell, buy, amount);
                RouteStatus status = market.Router.QuoteExactOut(sell, buy, amount, out OrderLeg leg, out _);
                Assert.Equal(best != UInt256.MaxValue, status == RouteStatus.Found);
                if (status != RouteStatus.Found)
                    continue;
                Assert.Equal(best, leg.AmountIn);
                Assert.True(leg.ExpectedOut >= amount && leg.MinimumOut == amount);
                found++;
                longest += leg.HopCount == 4 ? 1 : 0;
            }
        }
        Assert.True(found > 400 && longest > 20, $"{found} found, {longest} of four pools");
    }

    [Theory, MemberData(nameof(Searches))]
    public void QuoteExactOut_MoreThanThePoolsHold_HasNoPath(bool native)
    {
        RouterMarket market = Chain(native, pools: 2);

        Assert.Equal(RouteStatus.NoPath, market.Router.QuoteExactOut(Asset(0), Asset(2), Deep, out _, out _));
        Assert.Equal(RouteStatus.Found, market.Router.QuoteExactOut(Asset(0), Asset(2), Deep >> 2, out _, out _));
    }

    [Theory, MemberData(nameof(Searches))]
    public void Quote_AmountNoPoolCanHold_IsNoLiquidity(bool native)
    {
        RouterMarket market = Chain(native, pools: 2);

        Assert.Equal(RouteStatus.NoLiquidity, market.Router.Quote(Asset(0), Asset(2), UInt256.MaxValue, out _, out _));
        Assert.Equal(RouteStatus.NoLiquidity, market.Router.QuoteExactOut(Asset(0), Asset(2), UInt256.MaxValue, out _, out _));
        Assert.Equal(RouteStatus.NoLiquidity, market.Router.Quote(Asset(0), Asset(2), UInt256.Zero, out _, out _));
    }

    [Theory, MemberData(nameof(Searches))]
    public void Quote_NoPools_IsNoPath(bool native)
    {
        Skip(native);
        RouterMarket market = new(3, native);

        Assert.Equal(RouteStatus.NoPath, market.Router.Quote(Asset(0), Asset(1), 1000, out _, out _));
        Assert.Equal(RouteStatus.NoPath, market.Router.QuoteExactOut(Asset(0), Asset(1), 1000, out _, out _));
    }

    [Theory, MemberData(nameof(Searches))]
    public void Quote_ReservesRunOutAndComeBack_PoolIsLeftOutMeanwhile(bool native)
    {
        RouterMarket market = Chain(native, pools: 2);
        market.AddPair(0, 2, 1000, 1000);

        market.Router.Quote(Asset(0), Asset(2), 1_000_000, out OrderLeg before, out _);
        market.SetReserves(1, 0, 0);
        market.Router.Quote(Asset(0), Asset(2), 1_000_000, out OrderLeg meanwhile, out _);
        market.SetReserves(1, Deep, Deep);
        market.Router.Quote(Asset(0), Asset(2), 1_000_000, out OrderLeg after, out _);

        Assert.Equal((2, 1, 2), (before.HopCount, meanwhile.HopCount, after.HopCount));
    }

    // Deep in one unit and shallow in the other, by eighteen decimals: rates of 10^18 and 10^-18 side by side, and a pool of dust whose
    // rate is absurd.
    [Theory, MemberData(nameof(Searches))]
    public void Quote_PricesFarApart_DustDoesNotLead(bool native)
    {
        Skip(native);
        RouterMarket market = new(4, native);
        UInt256 much = UInt256.Parse("1000000000000000000000000000000");
        market.AddPair(0, 1, much, 1_000_000_000_000);
        market.AddPair(1, 2, 1_000_000_000_000, much);
        market.AddPair(0, 3, 1, much);
        market.AddPair(3, 2, much, 1000);
        market.AddPair(0, 2, 1, 1_000_000);

        UInt256 amount = UInt256.Parse("1000000000000000000000000");
        Assert.Equal(RouteStatus.Found, market.Router.Quote(Asset(0), Asset(2), amount, out OrderLeg leg, out _));
        Assert.Equal([0, 1], [leg.Pool0.Index, leg.Pool1.Index]);
        Assert.Equal(market.MostOut(Asset(0), Asset(2), amount), leg.ExpectedOut);
    }

    [Theory, MemberData(nameof(Searches))]
    public void Quote_PoolOfThreeAssets_IsAWayBetweenAnyTwoAndServesAPathOnce(bool native)
    {
        Skip(native);
        RouterMarket market = new(5, native);
        market.Pools.Add(new SharedPool(PoolId.FromIndex(0), [Asset(0), Asset(1), Asset(2)], [Deep, Deep, Deep]));
        market.AddPair(2, 3, Deep, Deep);
        market.AddPair(1, 3, 1000, 1000);

        Assert.Equal(RouteStatus.Found, market.Router.Quote(Asset(0), Asset(3), 1_000_000, out OrderLeg leg, out _));
        Assert.Equal((2, Asset(2), Asset(3)), (leg.HopCount, leg.BoughtAt(0), leg.BoughtAt(1)));
        Assert.Equal(market.MostOut(Asset(0), Asset(3), 1_000_000), leg.ExpectedOut);
        Assert.Equal(RouteStatus.Found, market.Router.QuoteExactOut(Asset(1), Asset(0), 1_000_000, out leg, out _));
        Assert.Equal((1, market.LeastIn(Asset(1), Asset(0), 1_000_000)), (leg.HopCount, leg.AmountIn));
        Assert.Equal(RouteStatus.NoPath, market.Router.Quote(Asset(0), Asset(4), 1_000_000, out _, out _));
    }

    [Fact]
    public void Constructor_SearchTooSmallForThePools_NamesTheRemedy()
    {
        RouterMarket market = new(3);
        market.AddPair(0, 1, Deep, Deep);
        FastRebalance.Engine.EngineSetup setup = new([new("A", 18), new("B", 18), new("C", 18)], market.Pools, Asset(0), Asset(1), Epoch: 1);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => new FastRebalance.Engine.Routing.Router(
            setup, new(setup), new FastRebalance.Routing.Paths.ManagedPathSearch(3, 1)));

        Assert.Contains("ForPools", error.Message);
    }

    private static AssetId Asset(int index) => RouterMarket.Asset(index);

    private static void Skip(bool native)
    {
        if (native)
            Assert.SkipUnless(PathSearch.IsAvailable(out string why), why);
    }

    private static RouterMarket Chain(bool native, int pools)
    {
        Skip(native);
        RouterMarket market = new(pools + 1, native);
        for (int i = 0; i < pools; i++)
            market.AddPair(i, i + 1, Deep, Deep);
        return market;
    }

    /// <summary>Six assets and some pools, of several sizes, a few of them of three assets.</summary>
    private static RouterMarket Some(Random random, bool native)
    {
        RouterMarket market = new(6, native);
        int pools = random.Next(5, 14);
        for (int i = 0; i < pools; i++)
        {
            int[] assets = [0, 1, 2, 3, 4, 5];
            random.Shuffle(assets);
            if (random.Next(5) == 0)
                market.Pools.Add(new SharedPool(
                    PoolId.FromIndex(i), [.. assets.Take(3).Select(Asset)], [Units(random, 1e20), Units(random, 1e20), Units(random, 1e20)]));
            else
                market.AddPair(assets[0], assets[1], Units(random, 1e20), Units(random, 1e20), random.Next(2) == 0 ? 3000u : 500u);
        }
        return market;
    }

    private static (AssetId Sell, AssetId Buy, UInt256 Amount) Ask(RouterMarket market, Random random)
    {
        int pool = random.Next(market.Pools.Count);
        if (market.Pools[pool] is FastRebalance.Amm.UniswapV2Pool)
            market.SetReserves(pool, Units(random, 1e20), Units(random, 1e20)); // the graph follows
        int sell = random.Next(6);
        return (Asset(sell), Asset((sell + 1 + random.Next(5)) % 6), Units(random, 1e18));
    }

    private static UInt256 Units(Random random, double about)
    {
        Assert.True(UInt256.TryFromDoubleFloor(about * Math.Exp(3 * (random.NextDouble() - 0.5)), out UInt256 units));
        return units;
    }
}
