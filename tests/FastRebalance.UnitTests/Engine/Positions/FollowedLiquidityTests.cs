using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Triggers;
using FastRebalance.Quant.Positions;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Engine.Positions;

/// <summary>A hedge whose pool positions the chain tells, against the same hedge whose configuration says the same numbers.</summary>
public sealed class FollowedLiquidityTests
{
    // 1200 to 3300 USDC for a WETH, in ticks of the pool whose first token is WETH.
    private const int Lower = -205_400;
    private const int Upper = -195_300;

    private static readonly HedgePosition.Options s_options = new() { Asset = "WETH", Cash = "USDC" };
    private static readonly HedgePosition.Options s_followed = s_options with { Liquidity = [new() { PositionId = "7" }] };

    private static LendingBench Bench(HedgePosition.Options options, int followed, double borrowed = 50, double cash = 300_000) =>
        new LendingBench(new HedgePosition(options, LendingBench.Symbols), followed: followed)
            .Has(LendingBench.Weth, borrowed: borrowed).Has(LendingBench.Usdc, supplied: cash);

    [Fact]
    public void Block_NotToldYet_DoesNothingAndFencesNothing()
    {
        LendingBench bench = Bench(s_followed, followed: 1).Block(2000);

        Assert.False(bench.Market.IsComplete);
        Assert.Equal(0, bench.Orders);
        Assert.False(bench.Position.Look(bench.Pipeline.LastCycle).Acts);
        Assert.Equal(TriggerFence.None, bench.Position.Fence(bench.Pipeline.LastCycle));
        Assert.Equal(default, bench.Position.ReadWhole(bench.Pipeline.LastCycle));
        bench.Pools(0, RangeOf(50)).Block(2000);
        Assert.True(bench.Market.IsComplete);
        Assert.Equal(DecisionVerdict.InsideBand, bench.Last.Verdict);
    }

    // A portfolio whose book is another's, as a back-test's: nothing is done on half of what is known.
    [Fact]
    public void Look_ABookWithoutThePosition_DoesNothing()
    {
        LendingBench bench = Bench(s_followed, followed: 0).Block(2000);

        Assert.Equal(0, bench.Orders);
        Assert.Equal(TriggerFence.None, bench.Position.Fence(bench.Pipeline.LastCycle));
    }

    [Fact]
    public void Block_PositionClosed_BuysTheWholeHedgeBack()
    {
        LendingBench bench = Bench(s_followed, followed: 1).Pools(0, RangeOf(50)).Block(2000);
        Assert.Equal(0, bench.Orders);

        bench.Pools(0, new PoolPosition { TickLower = Lower, TickUpper = Upper, IsClosed = true }).Block(2000);

        OrderLeg leg = Assert.Single(bench.Legs);
        Assert.Equal((LendingBench.Usdc, LendingBench.Weth), (leg.Sell, leg.Buy));
        bench.Settle();
        Assert.Equal(0, bench.Block(2000).Borrowed(LendingBench.Weth), 0.5);
    }

    // Liquidity doubled between two blocks at one price: what was quiet under the old one is no fence under the new one.
    [Fact]
    public void Block_LiquidityDoubled_TheFenceFallsAndTheHedgeFollows()
    {
        LendingBench bench = Bench(s_followed, followed: 1, cash: 900_000).Pools(0, RangeOf(50)).Block(2000);
        bench.Tick(2001);
        Assert.Equal((0, true), (bench.Orders, bench.Market.Fence.Holds(bench.Market.NowUnixNs)));
        MarketEvent e = new() { Kind = MarketEventKind.PoolPosition, Subject = 1, UnixNs = bench.Market.NowUnixNs, PoolPosition = RangeOf(100) };

        Assert.Equal(ApplyVerdict.Applied, bench.Market.Apply(in e));

        Assert.False(bench.Market.Fence.Holds(bench.Market.NowUnixNs));
        Assert.False(bench.Market.IsConsistent);
        bench.Pools(0, RangeOf(100)).Block(2000);
        Assert.Equal((LendingBench.Weth, LendingBench.Usdc), (bench.Legs[0].Sell, bench.Legs[0].Buy));
        bench.Settle();
        Assert.InRange(bench.Block(2000).Borrowed(LendingBench.Weth), 94.9, 100); // to the edge of the band
    }

    // As much held outright asks for the same trade.
    [Fact]
    public void Block_UncollectedFees_CountAsHeld()
    {
        PoolPosition position = RangeOf(50);
        position.Owed0 = (UInt128)6e18;
        position.Owed1 = (UInt128)9e9; // cash has no direction
        LendingBench bench = Bench(s_followed, followed: 1).Pools(0, position).Block(2000);

        LendingBench outright = Bench(s_followed, followed: 1).Has(LendingBench.Weth, borrowed: 50, outside: 6).Pools(0, RangeOf(50)).Block(2000);

        Assert.Equal(LendingBench.Weth, bench.Legs[0].Sell);
        Assert.Equal(outright.Legs[0].AmountIn, bench.Legs[0].AmountIn);
    }

    // Told by the chain or by the configuration, the same numbers come to the same decisions, fences and readings, whichever token is the pool's first.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Look_SameNumbersFromTheChainOrTheFile_DecidesTheSame(bool isTurned)
    {
        Random random = new(17);
        int acts = 0;
        for (int i = 0; i < 400; i++)
        {
            PoolPosition position = Turned(RandomRange(random), isTurned);
            EngineLiquidity sides = isTurned ? new(LendingBench.Usdc, LendingBench.Weth) : new(LendingBench.Weth, LendingBench.Usdc);
            LiquidityRange range = Measure(position, sides);
            HedgePosition.Options file = s_options with { Liquidity = [new() { Low = range.Low, High = range.High, Liquidity = range.Liquidity }] };
            double price = 1_000 * Math.Pow(4, random.NextDouble()), delta = Exposures.Concentrated(range.Liquidity, price, range.Low, range.High).Delta;
            double owed = delta * (0.85 + (0.3 * random.NextDouble()));
            (MarketState told, MarketState known) = (MarketOf(sides, owed, price), MarketOf(null, owed, price));
            MarketEvent e = new() { Kind = MarketEventKind.PoolPosition, Subject = 1, PoolPosition = position };
            Assert.Equal(ApplyVerdict.Applied, told.Apply(in e));

            HedgePosition first = new(s_followed, LendingBench.Symbols), second = new(file, LendingBench.Symbols);
            RebalanceCycle one = CycleOf(told), two = CycleOf(known);

            PositionDecision wanted = first.Look(one);
            Assert.Equal(second.Look(two), wanted);
            Assert.Equal(second.Fence(two), first.Fence(one));
            Assert.Equal(second.ReadWhole(two), first.ReadWhole(one));
            acts += wanted.Acts ? 1 : 0;
        }
        Assert.InRange(acts, 40, 360);
    }

    [Fact]
    public void Look_AShareOfAConstantProduct_IsItsRootOfBothSides()
    {
        PoolPosition share = new() { Amount0 = (UInt128)50e18, Amount1 = (UInt128)100_000e6, Liquidity = (UInt128)Math.Sqrt(50e18 * 100_000e6) };
        LendingBench bench = Bench(s_options with { Liquidity = [new() { Pool = "0x00000000000000000000000000000000000000aa" }] }, followed: 1).Pools(0, share).Block(2000);

        Assert.Equal(DecisionVerdict.InsideBand, bench.Last.Verdict); // 50 WETH of it, and 50 owed
        LiquidityExposure exposure = bench.Market.Liquidity!.ExposureAt(0, LendingBench.Weth, 2000);
        Assert.Equal((200_000, 50), (exposure.Value, exposure.Delta), new Near(1e-9));
    }

    [Theory]
    [InlineData(0, 0, 10)]
    [InlineData(2, 0, 10)]
    [InlineData(1, 10, 0)]
    [InlineData(1, 0, 900_000)]
    [InlineData(1, 5, 5)]
    public void Apply_NoSuchPlaceOrNoRange_IsRefusedByNameAndChangesNothing(ushort subject, int lower, int upper)
    {
        LendingBench bench = Bench(s_followed, followed: 1);
        MarketEvent e = new() { Kind = MarketEventKind.PoolPosition, Subject = subject, PoolPosition = new PoolPosition { TickLower = lower, TickUpper = upper, Liquidity = 1 } };

        Assert.Equal(ApplyVerdict.UnknownPosition, bench.Market.Apply(in e));
        Assert.False(bench.Market.Liquidity!.IsTold);
    }

    [Fact]
    public void Look_PositionsTold_AllocatesNothing()
    {
        LendingBench bench = Bench(s_followed, followed: 1).Pools(0, RangeOf(50)).Block(2000);
        RebalanceCycle cycle = bench.Pipeline.LastCycle;
        MarketEvent e = new() { Kind = MarketEventKind.PoolPosition, Subject = 1, UnixNs = bench.Market.NowUnixNs, PoolPosition = RangeOf(80) };
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 2_000; i++)
                Once(bench, cycle, in e);
        Assert.Equal(0, watch.LeastBytes);
    }

    [Theory]
    [InlineData("{ \"positionId\": \"x\" }", "liquidity[1].positionId", "decimal digits")]
    [InlineData("{ \"positionId\": \"1\", \"positionManager\": \"0x1\" }", "liquidity[1].positionManager", "hexadecimal")]
    [InlineData("{ \"positionId\": \"1\", \"pool\": \"0x00000000000000000000000000000000000000aa\" }", "liquidity[1].pool", "one of the two")]
    [InlineData("{ \"positionId\": \"1\", \"liquidity\": 5 }", "liquidity[1]", "one of the two")]
    [InlineData("{ \"positionManager\": \"0x00000000000000000000000000000000000000aa\" }", "liquidity[1].positionId", "number")]
    [InlineData("{ \"pool\": \"nothing\" }", "liquidity[1].pool", "hexadecimal")]
    [InlineData("{ \"positionId\": \"7\" }", "liquidity[1]", "once")]
    [InlineData("{ }", "liquidity[1]", "positionId, or a pool")]
    public void Problems_AnEntryThatNamesNothingOrTooMuch_SaysWhereAndWhatToDo(string entry, string field, string fix)
    {
        HedgePosition.LiquidityOptions read = System.Text.Json.JsonSerializer.Deserialize<HedgePosition.LiquidityOptions>(
            entry, new System.Text.Json.JsonSerializerOptions(System.Text.Json.JsonSerializerDefaults.Web))!;
        HedgePosition.Options options = s_options with { Liquidity = [new() { PositionId = "7" }, read] };

        var problem = Assert.Single(options.Problems(LendingBench.Symbols.ToList()));

        Assert.Equal(field, problem.Field);
        Assert.Contains(fix, problem.Wanted);
    }

    private static void Once(LendingBench bench, RebalanceCycle cycle, in MarketEvent e)
    {
        bench.Market.Apply(in e);
        cycle.Begin();
        bench.Position.Look(cycle);
        bench.Position.Fence(cycle);
        bench.Position.Aim(cycle);
    }

    /// <summary>So much WETH in it at 2000.</summary>
    private static PoolPosition RangeOf(double weth)
    {
        PoolPosition one = new() { TickLower = Lower, TickUpper = Upper, Liquidity = (UInt128)1e18 };
        LiquidityRange range = Measure(one, new EngineLiquidity(LendingBench.Weth, LendingBench.Usdc));
        return one with { Liquidity = (UInt128)(1e18 * weth / range.ExposureAt(2000).Delta) };
    }

    private static PoolPosition RandomRange(Random random)
    {
        int lower = Lower + random.Next(-5_000, 5_000);
        return new PoolPosition { TickLower = lower, TickUpper = lower + random.Next(100, 12_000), Liquidity = (UInt128)(1e15 * Math.Pow(100, random.NextDouble())) };
    }

    private static PoolPosition Turned(PoolPosition position, bool isTurned) =>
        isTurned ? position with { TickLower = -position.TickUpper, TickUpper = -position.TickLower } : position;

    private static LiquidityRange Measure(PoolPosition position, EngineLiquidity sides)
    {
        MarketState market = MarketOf(sides, 1, 2000);
        MarketEvent e = new() { Kind = MarketEventKind.PoolPosition, Subject = 1, PoolPosition = position };
        Assert.Equal(ApplyVerdict.Applied, market.Apply(in e));
        return market.Liquidity!.RangeOf(0, LendingBench.Weth);
    }

    private static RebalanceCycle CycleOf(MarketState market)
    {
        RebalanceCycle cycle = new(market, new FastRebalance.Engine.Risk.RiskBounds(1e9, new Bps(100)), LendingBench.Usdc);
        cycle.Begin();
        return cycle;
    }

    /// <summary>A short, and margin enough behind it.</summary>
    private static MarketState MarketOf(EngineLiquidity? followed, double owed, double price)
    {
        MarketState market = new(new EngineSetup([new("WETH", 18), new("USDC", 6)], [], LendingBench.Usdc, LendingBench.Weth, Epoch: 1)
        {
            Borrows = true, Liquidity = followed is null ? [] : [followed],
        });
        foreach (AssetId asset in (AssetId[])[LendingBench.Weth, LendingBench.Usdc])
        {
            bool isWeth = asset == LendingBench.Weth;
            Apply(new MarketEvent { Kind = MarketEventKind.Holding, Subject = asset.Value });
            Apply(new MarketEvent
            {
                Kind = MarketEventKind.LendingTerms, Subject = asset.Value,
                LendingTerms = new LendingTerms { OraclePrice = isWeth ? (ulong)(price * 1e8) : 1_00000000, LiquidationThresholdBps = 8700, LoanToValueBps = 8000 },
            });
            Apply(new MarketEvent
            {
                Kind = MarketEventKind.LendingPosition, Subject = asset.Value,
                LendingPosition = new LendingPosition
                {
                    Supplied = isWeth ? UInt256.Zero : LendingBench.Units(asset, 4 * owed * price), Borrowed = isWeth ? LendingBench.Units(asset, owed) : UInt256.Zero,
                    IsCollateral = true,
                },
            });
        }
        MarketEvent tick = new() { Kind = MarketEventKind.Price, Subject = LendingBench.Weth.Value };
        tick.Price.NumerairePerToken = price;
        Apply(tick);
        return market;

        void Apply(MarketEvent e) => Assert.Equal(ApplyVerdict.Applied, market.Apply(in e));
    }

    private sealed class Near(double tolerance) : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) <= tolerance * Math.Abs(x.Item1) && Math.Abs(x.Item2 - y.Item2) <= tolerance * Math.Abs(x.Item2);

        public int GetHashCode((double, double) pair) => 0;
    }
}
