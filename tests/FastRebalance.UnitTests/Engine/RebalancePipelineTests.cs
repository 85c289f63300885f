using System.Runtime.InteropServices;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Engine;

public class RebalancePipelineTests
{
    // 250000 WETH, 300000 WBTC, 50000 USDC of 600000, against 50 / 20 / 30 %.
    [Fact]
    public void Decide_FarOffTarget_OrdersTradesTowardsIt()
    {
        PoolBench bench = new PoolBench().Started();

        OrderEvent decision = bench.LastDecision;
        Assert.Equal(DecisionVerdict.Order, decision.Decision.Verdict);
        Assert.Equal(600_000, decision.Decision.ValueNumeraire, 6);
        Assert.Equal(0.3, decision.Decision.MaxDrift, 12);
        Assert.Equal(PoolBench.Wbtc, decision.Decision.WorstAsset);
        Assert.NotEqual(0UL, decision.OrderId);
        Assert.Equal(2, decision.LegCount);
        Assert.All(bench.LastLegs, leg => Assert.Equal(PoolBench.Wbtc, leg.Sell));
        Assert.Equal([PoolBench.Usdc, PoolBench.Weth], bench.LastLegs.Select(leg => leg.Buy));
    }

    [Fact]
    public void Decide_EveryLeg_ExpectsWhatThePoolsWouldPayAndSignsALimitBelowIt()
    {
        PoolBench bench = new PoolBench().Started();

        foreach (OrderLeg leg in bench.LastLegs)
        {
            var amount = leg.AmountIn;
            var sell = leg.Sell;
            for (int hop = 0; hop < leg.HopCount; hop++)
            {
                var pool = bench.Pools[leg.Pool(hop).Index];
                Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(sell, in amount, out var quote));
                amount = quote.AmountOut;
                sell = pool.Other(sell);
            }
            Assert.Equal(leg.Buy, sell);
            Assert.Equal(amount, leg.ExpectedOut);
            Assert.True(leg.MinimumOut <= leg.ExpectedOut && !leg.MinimumOut.IsZero);
        }
    }

    [Fact]
    public void Decide_SeveralLegs_NoPoolTwice()
    {
        PoolBench bench = new PoolBench().Started();

        var pools = bench.LastLegs.SelectMany(leg => Enumerable.Range(0, leg.HopCount).Select(leg.Pool)).ToList();

        Assert.Equal(pools.Count, pools.Distinct().Count());
    }

    [Fact]
    public void Decide_InsideTheBand_OrdersNothing()
    {
        PoolBench bench = new PoolBench().Started();
        Settle(bench);
        bench.Hold(PoolBench.Weth, 120);
        bench.Hold(PoolBench.Wbtc, 2);
        bench.Hold(PoolBench.Usdc, 180_000);
        bench.EndBlock();

        Assert.Equal(DecisionVerdict.InsideBand, bench.LastDecision.Decision.Verdict);
        Assert.Equal(0UL, bench.LastDecision.OrderId);
        Assert.Equal(0, bench.LastDecision.LegCount);
    }

    [Fact]
    public void Decide_OrderUnderWayThatIsNotEnough_OrdersNothingMore()
    {
        PoolBench bench = new PoolBench().Started();
        bench.Price(PoolBench.Wbtc, 90_000);
        bench.EndBlock();

        Assert.Equal(DecisionVerdict.InFlight, bench.LastDecision.Decision.Verdict);
    }

    [Fact]
    public void Decide_PriceMissing_IsNotReady()
    {
        PoolBench bench = new();
        bench.Hold(PoolBench.Weth, 1);
        bench.Hold(PoolBench.Wbtc, 1);
        bench.Hold(PoolBench.Usdc, 1);
        bench.Price(PoolBench.Weth, 2500);
        bench.EndBlock();

        Assert.Equal(DecisionVerdict.NotReady, bench.LastDecision.Decision.Verdict);
    }

    [Fact]
    public void Decide_NoPoolReady_FindsNoRoute()
    {
        PoolBench bench = new();
        bench.Hold(PoolBench.Weth, 100);
        bench.Hold(PoolBench.Wbtc, 5);
        bench.Hold(PoolBench.Usdc, 50_000);
        bench.Price(PoolBench.Weth, 2500);
        bench.Price(PoolBench.Wbtc, 60000);
        bench.EndBlock();

        Assert.Equal(DecisionVerdict.NoRoute, bench.LastDecision.Decision.Verdict);
        Assert.Equal(RouteStatus.NoPath, bench.LastDecision.Decision.Route);
    }

    [Fact]
    public void Decide_PoolsFarFromThePrice_RefusesTheRoute()
    {
        PoolBench bench = new PoolBench().Started();
        Settle(bench);
        bench.Price(PoolBench.Wbtc, 120000); // the pools still pay 60000: every sale would lose half
        bench.EndBlock();

        Assert.Equal(DecisionVerdict.NoRoute, bench.LastDecision.Decision.Verdict);
        Assert.Equal(RouteStatus.WorseThanBound, bench.LastDecision.Decision.Route);
    }

    [Fact]
    public void OnEvent_MiddleOfABlock_DecidesNothing()
    {
        PoolBench bench = new PoolBench().Started();
        int published = bench.Published.Count;
        MarketEvent holding = new() { Kind = MarketEventKind.Holding, Subject = PoolBench.Usdc.Value, Holding = 1 };

        bench.Pipeline.OnEvent(in holding, 1000, endOfBatch: true);

        Assert.Equal(published, bench.Published.Count);
    }

    [Fact]
    public void OnEvent_SameEventsAgain_SameBytesOut()
    {
        PoolBench live = Walked(new PoolBench());
        PoolBench replay = new();

        foreach ((MarketEvent e, long sequence, bool endOfBatch) in live.Sent)
            replay.Pipeline.OnEvent(in e, sequence, endOfBatch);

        Assert.True(live.Published.Count > 100);
        Assert.True(Bytes(live).SequenceEqual(Bytes(replay)));
    }

    [Fact]
    public void OnEvent_NativeAndManagedSearch_SameBytesOut()
    {
        if (!FastRebalance.Native.PathSearch.IsAvailable(out string why))
            Assert.Skip(why);

        Assert.True(Bytes(Walked(new PoolBench(new ManagedPathSearch(3, 8)))).SequenceEqual(Bytes(Walked(new PoolBench(new NativePathSearch(3, 8))))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnEvent_AfterWarmUp_AllocatesNothing(bool native)
    {
        if (native && !FastRebalance.Native.PathSearch.IsAvailable(out string why))
            Assert.Skip(why);
        PoolBench bench = Walked(new PoolBench(native ? new NativePathSearch(3, 8) : new ManagedPathSearch(3, 8)));
        bench.Records = false;
        Churn(bench, 0); // once unmeasured: what the runtime sets up at a method's first calls is not the engine's

        long orders = 0;
        AllocationWatch watch = new();
        while (watch.Next())
            orders = Churn(bench, 1_000_000);

        Assert.Equal(2_000, orders);
        Assert.Equal(0, watch.LeastBytes);
    }

    /// <summary>Two thousand times: the last order settles, the price moves, a block ends, and the engine orders again.</summary>
    private static long Churn(PoolBench bench, long firstSequence)
    {
        MarketEvent settled = new() { Kind = MarketEventKind.OrderReport };
        MarketEvent price = new() { Kind = MarketEventKind.Price, Subject = PoolBench.Weth.Value, UnixNs = long.MaxValue / 2 };
        MarketEvent head = new() { Kind = MarketEventKind.Head, BlockNumber = 1_000_000 };
        long orders = 0;
        for (int i = 0; i < 2_000; i++)
        {
            settled.Order.OrderId = (1UL << 40) + bench.Pipeline.Market.Orders.Count;
            settled.Order.Status = SubmitStatus.Dropped;
            price.Price.NumerairePerToken = 2500 + (i % 50);
            bench.Pipeline.OnEvent(in settled, firstSequence + i, false);
            bench.Pipeline.OnEvent(in price, firstSequence + i, false);
            bench.Pipeline.OnEvent(in head, firstSequence + i, true);
            orders += bench.Pipeline.LastCycle.LegCount > 0 ? 1 : 0;
        }
        return orders;
    }

    /// <summary>A hundred seeded blocks: prices and reserves wander, orders settle at once.</summary>
    private static PoolBench Walked(PoolBench bench)
    {
        Random random = new(7);
        bench.Started();
        double weth = 2500;
        for (int block = 0; block < 100; block++)
        {
            Settle(bench);
            weth *= 1 + (random.NextDouble() - 0.5) / 20;
            bench.ReadyPool(0, PoolBench.Weth, 4_000, PoolBench.Usdc, 4_000 * weth);
            bench.Hold(PoolBench.Weth, 80 + 40 * random.NextDouble());
            bench.Price(PoolBench.Weth, weth);
            bench.EndBlock();
        }
        return bench;
    }

    private static void Settle(PoolBench bench)
    {
        if (bench.LastDecision.OrderId != 0)
            bench.Report(new OrderReport { OrderId = bench.LastDecision.OrderId, Status = SubmitStatus.Dropped });
    }

    private static ReadOnlySpan<byte> Bytes(PoolBench bench) => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(bench.Published));
}
