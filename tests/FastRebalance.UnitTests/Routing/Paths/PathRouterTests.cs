using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Native;
using FastRebalance.Routing.Paths;
using FastRebalance.UnitTests.Amm;

namespace FastRebalance.UnitTests.Routing.Paths;

/// <summary>The router against the plain way, and kept up to date against made afresh, over pools of every kind.</summary>
public sealed class PathRouterTests(ITestOutputHelper output)
{
    public static TheoryData<bool> Searches => new(false, true);

    [Theory, MemberData(nameof(Searches))]
    public void MostOut_PoolsOfEveryKind_IsTheBestOfAllPaths(bool native)
    {
        Skip(native);
        Tally tally = new();
        for (int seed = 0; seed < 400; seed++)
        {
            (MixedMarket market, PathRouter router) = Make(new Random(seed), native);
            for (int i = 0; i < 4; i++)
            {
                (AssetId sell, AssetId buy, UInt256 amount, double gasPrice) = market.Ask(isExactOut: false);
                PathsByExactQuotes plain = new(market.Pools, gasPrice);
                double expected = plain.MostOut(sell, buy, amount);
                RouteStatus status = router.MostOut(sell, buy, in amount, gasPrice, [], out OrderLeg leg, out uint gas);
                double found = leg.HopCount == 0 ? double.NegativeInfinity : (double)leg.ExpectedOut - gas * gasPrice;

                Assert.True(router.IsProven || found <= expected);
                Assert.True(!router.IsProven || found == expected, $"market {seed}, order {i}: {found:R} found ({status}), {expected:R} is best");
                tally.Add(plain, router.IsProven, market);
            }
        }
        tally.Check(output);
    }

    [Theory, MemberData(nameof(Searches))]
    public void LeastIn_PoolsOfEveryKind_IsTheBestOfAllPaths(bool native)
    {
        Skip(native);
        Tally tally = new();
        for (int seed = 1_000; seed < 1_400; seed++)
        {
            (MixedMarket market, PathRouter router) = Make(new Random(seed), native);
            for (int i = 0; i < 6; i++)
            {
                (AssetId sell, AssetId buy, UInt256 amount, double gasPrice) = market.Ask(isExactOut: true);
                PathsByExactQuotes plain = new(market.Pools, gasPrice);
                double expected = plain.LeastIn(sell, buy, amount);
                RouteStatus status = router.LeastIn(sell, buy, in amount, gasPrice, [], out OrderLeg leg, out uint gas);
                double found = leg.HopCount == 0 ? double.PositiveInfinity : (double)leg.AmountIn + gas * gasPrice;

                Assert.True(router.IsProven || found >= expected);
                Assert.True(!router.IsProven || found == expected, $"market {seed}, order {i}: {found:R} found ({status}), {expected:R} is best");
                tally.Add(plain, router.IsProven, market);
            }
        }
        tally.Check(output);
    }

    [Fact]
    public void Refresh_AnyEvents_AnswersAsARouterMadeAfresh()
    {
        Skip(native: true);
        int events = 0, found = 0;
        HashSet<string> seen = [];
        for (int seed = 0; seed < 12; seed++)
        {
            Random random = new(seed);
            MixedMarket market = new(random, 6, 14);
            PathRouter[] kept = [Router(market.Pools, market.AssetCount, native: true), Router(market.Pools, market.AssetCount, native: false)];
            for (int step = 0; step < 100; step++)
            {
                for (int more = random.Next(3); more >= 0; more--, events++)
                    seen.Add(market.Disturb());
                PathRouter fresh = Router([.. market.Pools.Select(pool => pool.Copy())], market.AssetCount, native: step % 2 == 0);
                bool isExactOut = random.Next(3) == 0;
                (AssetId sell, AssetId buy, UInt256 amount, double gasPrice) = market.Ask(isExactOut);
                string expected = Answer(fresh, isExactOut, sell, buy, amount, gasPrice);
                foreach (PathRouter router in kept)
                    Assert.True(
                        Answer(router, isExactOut, sell, buy, amount, gasPrice) is var got && got == expected,
                        $"market {seed} step {step}, {router.SearchName}: {got}, afresh {expected}");
                found += expected.StartsWith("Found", StringComparison.Ordinal) ? 1 : 0;
            }
        }
        output.WriteLine($"{events} events of {seen.Count} sorts, {found} found: {string.Join("; ", seen.Order(StringComparer.Ordinal))}");
        Assert.True(events > 2_000 && found > 800, $"{events} events, {found} found");
        foreach (PoolKind kind in PoolKinds.All)
            Assert.Contains(seen, sort => sort.StartsWith(kind.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void MostOut_ThinRangeBeforeADeepOne_IsNotPassedOver()
    {
        // By its first range alone the pool would pay next to nothing for a large amount.
        MarketEvent[] thinThenDeep =
        [
            PoolMaker.Price(TickMath.SqrtRatioAtTick(30), 0, 30),
            PoolMaker.Change(0, 60, 1_000_000), PoolMaker.Change(-6_000, 0, Int128.Parse("1000000000000000000000")), PoolMaker.Ready(),
        ];
        UniswapV3Pool deep = PoolMaker.V3(500, 60);
        foreach (MarketEvent e in thinThenDeep)
            deep.Apply(in e);
        List<Pool> pools = [deep];
        for (int i = 1; i <= 70; i++)
            pools.Add(Pair(i, UInt256.PowerOfTen(15) * (ulong)i));
        PathRouter router = Router(pools, 2, native: false);
        UInt256 amount = UInt256.PowerOfTen(18);

        Assert.Equal(RouteStatus.Found, router.MostOut(deep.Asset0, deep.Asset1, in amount, 0, [], out OrderLeg leg, out _));

        Assert.Equal((deep.Id, true), (leg.Pool0, router.IsProven));
    }

    [Fact]
    public void MostOut_WarmedUp_AllocatesNothing()
    {
        (MixedMarket market, PathRouter router) = Make(new Random(3), native: false);
        (AssetId sell, AssetId buy, UInt256 amount, double gasPrice) = market.Ask(isExactOut: false);
        long Ask()
        {
            AllocationWatch watch = new();
            while (watch.Next())
            {
                market.Pools[0].Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = market.Pools[0].Id.Value });
                router.Refresh();
                router.MostOut(sell, buy, in amount, gasPrice, [], out _, out _);
                router.LeastIn(sell, buy, in amount, gasPrice, [], out _, out _);
            }
            return watch.LeastBytes;
        }
        for (int i = 0; i < 50; i++)
            Ask();
        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Ask()));
    }

    [Theory, InlineData(0), InlineData(5)]
    public void Constructor_LengthThatNoLegHolds_Throws(int maxHops) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PathRouter([], 2, new ManagedPathSearch(2, 0), maxHops));

    private static string Answer(PathRouter router, bool isExactOut, AssetId sell, AssetId buy, UInt256 amount, double gasPrice)
    {
        router.Refresh();
        RouteStatus status = isExactOut
            ? router.LeastIn(sell, buy, in amount, gasPrice, [], out OrderLeg leg, out uint gas)
            : router.MostOut(sell, buy, in amount, gasPrice, [], out leg, out gas);
        return $"{status} {leg.AmountIn} {leg.ExpectedOut} {gas} {leg.Pool0} {leg.Pool1} {leg.Pool2} {leg.Pool3} "
            + $"{leg.Via0} {leg.Via1} {leg.Via2} {router.IsProven}";
    }

    private static (MixedMarket, PathRouter) Make(Random random, bool native)
    {
        MixedMarket market = new(random, random.Next(3, 6), random.Next(6, 13));
        PathRouter router = Router(market.Pools, market.AssetCount, native);
        router.Refresh();
        return (market, router);
    }

    private static PathRouter Router(IReadOnlyList<Pool> pools, int assets, bool native)
    {
        int edges = RouteGraph.CountEdges(pools);
        PathRouter router = new(pools, assets, native ? new NativePathSearch(assets, edges) : new ManagedPathSearch(assets, edges));
        router.Refresh();
        return router;
    }

    private static UniswapV2Pool Pair(int index, UInt256 side)
    {
        PoolId id = PoolId.FromIndex(index);
        UniswapV2Pool pool = new(PoolMaker.V2().Facts, id, [PoolMaker.Asset0, PoolMaker.Asset1]);
        foreach (MarketEvent made in new[] { PoolMaker.Reserves(side, side), PoolMaker.Ready() })
        {
            MarketEvent e = made;
            e.Subject = id.Value;
            pool.Apply(in e);
        }
        return pool;
    }

    private static void Skip(bool native)
    {
        if (native)
            Assert.SkipUnless(PathSearch.IsAvailable(out string why), why);
    }

    /// <summary>What was asked, so that a generator of easy questions is noticed.</summary>
    private sealed class Tally
    {
        private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);
        private readonly int[] _byHops = new int[OrderEvent.MaxHops + 1];
        private int _orders, _paths, _proven;

        public void Add(PathsByExactQuotes plain, bool isProven, MixedMarket market)
        {
            _orders++;
            _paths += plain.PathCount;
            _byHops[plain.BestHops]++;
            _proven += isProven ? 1 : 0;
            foreach (string kind in market.Kinds)
                _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        }

        public void Check(ITestOutputHelper output)
        {
            output.WriteLine($"{_orders} orders, {_paths} paths, {_proven} proven, by hops {string.Join(", ", _byHops)}; "
                + string.Join(", ", _kinds.Select(kind => $"{kind.Key} {kind.Value}")));
            Assert.True(_proven > 0.99 * _orders, $"{_proven} of {_orders} proven");
            Assert.True(_byHops.Skip(1).All(count => count > 15), $"best paths by length: {string.Join(", ", _byHops.Skip(1))}");
            Assert.All(PoolKinds.All, kind => Assert.True(_kinds.GetValueOrDefault(kind.Name) > 50, kind.Name));
        }
    }
}
