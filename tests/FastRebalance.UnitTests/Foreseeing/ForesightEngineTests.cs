using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Presigning;
using FastRebalance.Foreseeing;
using FastRebalance.Hosting;
using FastRebalance.Reloading;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Configuration;
using FastRebalance.UnitTests.Engine;

namespace FastRebalance.UnitTests.Foreseeing;

/// <summary>What is foreseen for the sample configuration (50 % WETH, 20 % WBTC, 30 % USDC, 100 bps around each) over real pools.</summary>
public sealed class ForesightEngineTests : IDisposable
{
    private readonly SampleConfig _sample = new();
    private readonly PoolBench _bench = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Foresee_AtTarget_OrdersOfTheNearestFiringPricesNearestFirst()
    {
        _bench.AtTarget();

        IReadOnlyList<ForeseenOrder> orders = Engine().Foresee();

        Assert.Equal([0, 1, 2, 3, 4, 5], orders.Select(order => order.Rank));
        // WETH is half of everything: 4.1 % up or 3.9 % down moves its weight by a hundredth; WBTC, a fifth, must go farther.
        Assert.Equal([PoolBench.Weth, PoolBench.Weth], orders.Take(2).Select(order => order.Legs[0].Sell == PoolBench.Weth ? order.Legs[0].Sell : order.Legs[0].Buy));
        foreach (ForeseenOrder order in orders)
        {
            Assert.Equal(PolicyTier.Economic, order.Tier);
            Assert.All(order.Legs, leg => Assert.True(!leg.AmountIn.IsZero && leg.MinimumOut <= leg.ExpectedOut && !leg.MinimumOut.IsZero));
            Assert.True(order.MaxBlock > order.Head);
        }
    }

    // All prices fall together, as they mostly do: what the engine then decides was foreseen, leg by leg.
    [Fact]
    public void Foresee_WholeMarketFalls_TheEngineDecidesTheForeseenPurchases()
    {
        _bench.AtTarget();
        IReadOnlyList<ForeseenOrder> orders = Engine().Foresee();
        PoolShift shift = new();
        foreach (AssetId asset in new[] { PoolBench.Weth, PoolBench.Wbtc })
        {
            shift.Move(_bench.Pools.ToArray(), asset, 0.953); // USDC: 30 % of it all, 31 % then
            _bench.Price(asset, _bench.Pipeline.Market.Prices[asset.Index] * 0.953);
        }
        _bench.EndBlock();

        OrderLeg[] decided = _bench.LastLegs;

        Assert.Equal(DecisionVerdict.Order, _bench.LastDecision.Decision.Verdict);
        Assert.Contains(orders, order => order.Legs.Count == decided.Length && decided.All(leg => order.Legs.Any(known =>
            known.Sell == leg.Sell && known.Buy == leg.Buy && known.Pool0 == leg.Pool0 && Math.Abs(((double)known.AmountIn / (double)leg.AmountIn) - 1) < 0.05)));
    }

    // The price moves to where a trigger fires and the pools with it: what the engine then decides is what was foreseen.
    [Fact]
    public void Foresee_MarketGoesThere_TheEngineDecidesTheForeseenOrder()
    {
        _bench.AtTarget();
        ForesightEngine engine = Engine();
        ForeseenOrder sale = engine.Foresee().First(order => order.Legs.Any(leg => leg.Sell == PoolBench.Weth));
        double now = _bench.Pipeline.Market.Prices[PoolBench.Weth.Index];
        double fires = now * 1.0417; // just beyond the edge
        PoolShift shift = new();
        shift.Move(_bench.Pools.ToArray(), PoolBench.Weth, fires / now);
        _bench.Price(PoolBench.Weth, fires);
        _bench.EndBlock();

        OrderLeg[] decided = _bench.LastLegs;

        Assert.Equal(DecisionVerdict.Order, _bench.LastDecision.Decision.Verdict);
        Assert.Equal(
            sale.Legs.Select(leg => $"{leg.Sell} {leg.Buy} {leg.Pool0} {leg.Pool1}").Order(StringComparer.Ordinal),
            decided.Select(leg => $"{leg.Sell} {leg.Buy} {leg.Pool0} {leg.Pool1}").Order(StringComparer.Ordinal));
        foreach (OrderLeg leg in decided)
        {
            OrderLeg foreseen = sale.Legs.Single(known => known.Sell == leg.Sell && known.Buy == leg.Buy && known.Pool0 == leg.Pool0);
            Assert.InRange((double)foreseen.AmountIn / (double)leg.AmountIn, 0.97, 1.03);
            Assert.InRange((double)foreseen.ExpectedOut / (double)foreseen.AmountIn / ((double)leg.ExpectedOut / (double)leg.AmountIn), 0.999, 1.001);
        }
    }

    // 240 000 in WETH at twice the equity: the rim at 2.3, the ripcord at 2.6, and falls beyond it, each once and safety's among them.
    [Fact]
    public void Foresee_APosition_HasSafetysOrdersAtItsPriceAndBeyond()
    {
        IReadOnlyList<ForeseenOrder> orders = ForeseeOwing(120_000);

        ForeseenOrder[] safety = [.. orders.Where(order => order.Tier == PolicyTier.Safety)];
        Assert.Equal(9, safety.Length);
        Assert.Contains(orders, order => order.Tier == PolicyTier.Economic);
        Assert.All(safety, order => Assert.All(order.Legs, leg => Assert.Equal(PoolBench.Weth, leg.Sell)));
        double[] sold = [.. safety.Select(order => order.Legs.Sum(leg => (double)leg.AmountIn / 1e18))];
        Assert.Equal(sold.Order(), sold); // the farther, the more
        Assert.InRange(sold[0], 11, 11.3); // at 2031: 0.3 of an equity of 75 000, and what selling it costs
        for (int i = 0; i < orders.Count; i++)
            for (int j = 0; j < i; j++)
                Assert.False(orders[i].AsksTheSameAs(orders[j]));
        Assert.All(safety, order => Assert.True(order.GasLimit > 1_000_000, $"{order.GasLimit}"));
    }

    // Each limit is worth taking until the next one is, so no price in between is without.
    [Fact]
    public void Foresee_APosition_SafetysLimitsLeaveNoGapBetweenThem()
    {
        double[] limits = [.. ForeseeOwing(120_000).Where(order => order.Tier == PolicyTier.Safety).Select(Limit)];
        double[] expected = [.. ForeseeOwing(120_000).Where(order => order.Tier == PolicyTier.Safety).Select(Expected)];

        for (int i = 1; i < limits.Length; i++)
            Assert.True(limits[i - 1] < expected[i], $"{limits[i - 1]} is asked for at {expected[i]}");

        static double Limit(ForeseenOrder order) => order.Legs.Sum(leg => (double)leg.MinimumOut) / order.Legs.Sum(leg => (double)leg.AmountIn);
        static double Expected(ForeseenOrder order) => order.Legs.Sum(leg => (double)leg.ExpectedOut) / order.Legs.Sum(leg => (double)leg.AmountIn);
    }

    // Three times the equity: what safety would send now, or a little later, is foreseen whether its rest is over or not.
    [Fact]
    public void Foresee_ThePositionIsBeyondItsRipcord_SafetysOrderOfNowIsForeseen()
    {
        IReadOnlyList<ForeseenOrder> orders = ForeseeOwing(160_000);

        Assert.Equal(9, orders.Count(order => order.Tier == PolicyTier.Safety));
        Assert.Equal(PolicyTier.Safety, orders[0].Tier);
        Assert.InRange(orders[0].Legs.Sum(leg => (double)leg.AmountIn / 1e18), 22.4, 23.5); // 3.0 to 2.3 of 80 000, and what selling it costs
    }

    // Between the rim and the ripcord: what economy does now is no longer foreseen, what safety would do still is.
    [Fact]
    public void Foresee_EconomyFiresAlready_SafetyIsForeseenAlone()
    {
        IReadOnlyList<ForeseenOrder> orders = ForeseeOwing(143_000); // 2.47

        Assert.NotEmpty(orders);
        Assert.All(orders, order => Assert.Equal(PolicyTier.Safety, order.Tier));
    }

    private IReadOnlyList<ForeseenOrder> ForeseeOwing(double debt)
    {
        using SampleConfig sample = PositionSectionTests.Leveraged().With("portfolios[0].safety", """{ "risk": { "maxSlippageBps": 500 } }""");
        _bench.Started();
        ForesightEngine engine = new(PoolBenchSetup.Of(_bench) with { Borrows = true }, sample.Read(), TimeSpan.FromSeconds(12), new ForesightOptions());
        foreach ((MarketEvent e, _, _) in _bench.Sent)
        {
            if (e.Kind == MarketEventKind.Head)
                Lend(engine, in e, debt);
            MarketEvent told = e;
            if (told.Kind == MarketEventKind.Holding)
                told.Holding = UInt256.Zero;
            engine.Apply(in told);
        }
        return engine.Foresee();
    }

    private static void Lend(ForesightEngine engine, in MarketEvent head, double debt)
    {
        foreach ((AssetId asset, double price, double supplied, double borrowed) in new[] { (PoolBench.Weth, 2500.0, 96.0, 0.0), (PoolBench.Usdc, 1.0, 0.0, debt) })
        {
            MarketEvent terms = head with { Kind = MarketEventKind.LendingTerms, Subject = asset.Value };
            terms.LendingTerms = new LendingTerms
            {
                OraclePrice = (ulong)(price * 1e8), LiquidationThresholdBps = 8250, LoanToValueBps = 8000, Borrowable = UInt256.MaxValue,
                Suppliable = UInt256.MaxValue, Flags = LendingFlags.IsOpen | LendingFlags.TakesMore,
            };
            engine.Apply(in terms);
            MarketEvent position = head with { Kind = MarketEventKind.LendingPosition, Subject = asset.Value };
            position.LendingPosition = new LendingPosition { Supplied = PoolBench.Units(asset, supplied), Borrowed = PoolBench.Units(asset, borrowed), IsCollateral = true };
            engine.Apply(in position);
        }
    }

    [Fact]
    public void Foresee_ATriggerFiresAlready_NothingIsForeseen()
    {
        _bench.Started();

        Assert.Empty(Engine().Foresee());
    }

    // The nearest prices at which the new band fires, not those of the old one.
    [Fact]
    public void Foresee_AnotherConfiguration_IsByItFromItsEventOn()
    {
        _bench.AtTarget();
        using TemporaryFolder folder = new();
        ConfigurationBook book = new(folder.Path, _sample.Read());
        ForesightEngine engine = new(PoolBenchSetup.Of(_bench), book.Now, TimeSpan.FromSeconds(12), new ForesightOptions(), book);
        foreach ((MarketEvent e, _, _) in _bench.Sent)
            engine.Apply(in e);
        double Sold() => engine.Foresee().Max(static order => (double)order.Legs[0].AmountIn);
        (double wide, double band) = (Sold(), engine.Band());

        engine.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Configuration,
            Configuration = book.Enter(_sample.With("portfolios[0].triggers[0].absoluteBps", "20").Read()),
        });

        Assert.True(Sold() < wide / 3, "a price that is a fifth as far off asks for a fifth of the trade");
        Assert.Equal((0.01, 0.002), (band, engine.Band()));
    }

    [Fact]
    public void Foresee_Twice_TellsTheSame()
    {
        _bench.AtTarget();
        ForesightEngine engine = Engine();

        OrderLeg[] first = [.. engine.Foresee().SelectMany(order => order.Legs)];

        Assert.Equal(first, engine.Foresee().SelectMany(order => order.Legs));
        Assert.NotEmpty(first);
    }

    [Theory]
    [InlineData(1.05)]
    [InlineData(0.93)]
    [InlineData(1.0004)]
    public void Move_ThereAndBack_StandsAtThePriceAndThenWhereItStood(double factor)
    {
        _bench.AtTarget();
        Pool[] pools = [.. _bench.Pools];
        Pool[] before = [.. pools.Select(pool => pool.Copy())];
        PoolShift shift = new();

        shift.Move(pools, PoolBench.Weth, factor);
        foreach (Pool pool in pools.Where(pool => pool.Holds(PoolBench.Weth)))
            Assert.InRange(pool.SpotRate(PoolBench.Weth) / before[pool.Id.Index].SpotRate(PoolBench.Weth) / factor, 1 - 2e-4, 1 + 2e-4);
        shift.PutBack();

        for (int i = 0; i < pools.Length; i++)
        {
            Assert.Equal(QuoteStatus.Exact, before[i].QuoteExactIn(pools[i].Asset0, OneToken(pools[i]), out SwapQuote expected));
            Assert.Equal(QuoteStatus.Exact, pools[i].QuoteExactIn(pools[i].Asset0, OneToken(pools[i]), out SwapQuote actual));
            Assert.Equal(expected.AmountOut, actual.AmountOut);
        }
    }

    private static UInt256 OneToken(Pool pool) => UInt256.PowerOfTen(pool.Asset0 == PoolBench.Weth ? 18 : pool.Asset0 == PoolBench.Wbtc ? 8 : 6);

    private ForesightEngine Engine()
    {
        ForesightEngine engine = new(PoolBenchSetup.Of(_bench), _sample.Read(), TimeSpan.FromSeconds(12), new ForesightOptions());
        foreach ((MarketEvent e, _, _) in _bench.Sent)
            engine.Apply(in e);
        return engine;
    }
}
