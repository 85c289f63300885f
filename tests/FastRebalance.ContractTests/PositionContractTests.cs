using FastRebalance.Composition;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.ContractTests;

/// <summary>What every registered kind of position must keep to, run for each by name.</summary>
public sealed class PositionContractTests() : PluginOptionsContractTests<Position>(Positions.Registry)
{
    private static readonly AssetId s_weth = AssetId.FromIndex(0);
    private static readonly AssetId s_usdc = AssetId.FromIndex(2);

    // Those of a position that the chain tells stand beside those of one that the configuration does.
    private const string Followed = "delta-neutral, followed";

    public static TheoryData<string> Names => new([.. Positions.Registry.Names, Followed]);

    private static Position Create(string name) => name != Followed
        ? PluginSamples.Create(Positions.Registry, name)
        : PluginSamples.TryCreate(
            Positions.Registry, "delta-neutral",
            """{ "asset": "WETH", "cash": "USDC", "liquidity": [ { "positionId": "7" }, { "pool": "0x00000000000000000000000000000000000000aa" } ] }""", out _)!;

    [Theory, MemberData(nameof(Names))]
    public void Look_NothingKnown_WantsNothing(string name)
    {
        Position position = Create(name);
        RebalanceCycle cycle = new(new MarketState(Setup), new RiskBounds(1e9, new Bps(100)), s_usdc);

        Assert.False(position.Look(cycle).Acts);
        Assert.Equal(TriggerFence.None, position.Fence(cycle));
        position.Aim(cycle);
    }

    [Theory, MemberData(nameof(Names))]
    public void Look_SameAccountAgain_SaysTheSame(string name)
    {
        Position first = Create(name), second = Create(name);
        Random random = new(3);
        Account account = new();
        for (int i = 0; i < 500; i++)
        {
            account.Block(random);
            PositionDecision said = first.Look(account.Cycle);
            Assert.Equal(said, first.Look(account.Cycle));
            Assert.Equal(said, second.Look(account.Cycle));
        }
    }

    // Whatever it wants can be done: the two sides differ or it is a move of what is outside, it is worth something, and a tier is named.
    [Theory, MemberData(nameof(Names))]
    public void Look_AnyAccount_WantsWhatCanBeDone(string name)
    {
        Position position = Create(name);
        Random random = new(5);
        Account account = new();
        int acts = 0, holds = 0, safety = 0;
        for (int i = 0; i < 3_000; i++)
        {
            account.Block(random);
            PositionDecision wanted = position.Look(account.Cycle);
            holds += wanted.Acts ? 0 : 1;
            if (!wanted.Acts)
                continue;
            acts++;
            safety += wanted.Tier == PolicyTier.Safety ? 1 : 0;
            Assert.True(double.IsFinite(wanted.ValueNumeraire) && wanted.ValueNumeraire > 0, $"{wanted}");
            Assert.True(wanted.Tier is PolicyTier.Economic or PolicyTier.Safety, $"{wanted}");
            Assert.False(wanted.Sell.IsNone || wanted.Buy.IsNone, $"{wanted}");
            if (wanted.Tier == PolicyTier.Safety)
                Assert.False(wanted.MayBorrow, $"safety takes on no debt: {wanted}");
        }
        Assert.True(acts > 100 && holds > 20 && safety > 20, $"{acts} acts, {holds} holds, {safety} of safety: it says nothing");
    }

    // What the sizer makes of it stays inside what is supplied, outside or to be borrowed, and inside the bounds.
    [Theory, MemberData(nameof(Names))]
    public void Size_AnyAccount_StaysInsideTheMarketAndTheBounds(string name)
    {
        Position position = Create(name);
        PositionSizer sizer = new(position, new double[3]);
        Random random = new(7);
        Account account = new();
        int trades = 0;
        for (int i = 0; i < 2_000; i++)
        {
            account.Block(random);
            PositionDecision wanted = position.Look(account.Cycle);
            account.Cycle.Tier = wanted.Tier;
            sizer.Size(account.Cycle);
            foreach (var trade in account.Cycle.Trades)
            {
                trades++;
                UInt256 most = wanted.IsMove ? account.Market.Holdings[trade.Sell.Index] : account.Market.Lending!.Sellable(trade.Sell, wanted.MayBorrow);
                Assert.True(trade.AmountIn <= most, $"{trade.AmountIn} of {most}");
                Assert.InRange(trade.ValueNumeraire, double.Epsilon, account.Cycle.Bounds.MaxTradeNumeraire * (1 + 1e-9));
            }
        }
        Assert.True(trades > 100, $"{trades} trades say nothing");
    }

    [Theory, MemberData(nameof(Names))]
    public void Fence_PricesAndTimeInside_WantsNothing(string name)
    {
        Position position = Create(name);
        Assert.Null(FirstOutside(position, widened: 1));
    }

    // The test above must see a fence that is too wide, or it proves nothing.
    [Theory, MemberData(nameof(Names))]
    public void Fence_HalfAgainAsWide_IsCaught(string name) =>
        Assert.NotNull(FirstOutside(Create(name), widened: name.StartsWith("delta-neutral", StringComparison.Ordinal) ? 4 : 1.5));

    [Theory, MemberData(nameof(Names))]
    public void Aim_AnyAccount_AddsUpToOne(string name)
    {
        Position position = Create(name);
        Random random = new(9);
        Account account = new();
        for (int i = 0; i < 200; i++)
        {
            account.Block(random);
            Array.Fill(account.Cycle.Targets, 7);
            position.Aim(account.Cycle);
            Assert.All(account.Cycle.Targets, weight => Assert.True(double.IsFinite(weight)));
            Assert.Equal(1, account.Cycle.Targets.Sum(), 1e-9);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Read_AtAnyPass_PassesItsLimitWhereItFires(string name)
    {
        Position position = Create(name);
        Random random = new(11);
        Account account = new();
        int safety = 0;
        for (int i = 0; i < 1_000; i++)
        {
            account.Block(random, oracle: false);
            bool fires = position.Look(account.Cycle) is { Acts: true, Tier: PolicyTier.Safety };
            TriggerReading reading = position.Read(account.Cycle, PolicyTier.Safety);
            if (reading.Unit == TriggerUnit.None || !fires)
                continue;
            safety++;
            Assert.True(reading.FiresBelow ? reading.Value <= reading.Limit : reading.Value >= reading.Limit, $"fires at {reading}");
        }
        Assert.True(safety > 10, $"{safety} say nothing");
    }

    [Theory, MemberData(nameof(Names))]
    public void Look_AbsurdAccounts_NeverThrows(string name)
    {
        Position position = Create(name);
        foreach (double supplied in (double[])[0, 1e-18, 1e30])
            foreach (double borrowed in (double[])[0, 1e-18, 1e30])
                foreach (double price in (double[])[1e-12, 1, 1e12])
                {
                    Account account = new();
                    account.Block(supplied, borrowed, outside: borrowed, price);
                    position.Look(account.Cycle);
                    position.Fence(account.Cycle);
                    position.Read(account.Cycle, PolicyTier.Safety);
                    position.Read(account.Cycle, PolicyTier.Economic);
                    position.Aim(account.Cycle);
                }
    }

    [Theory, MemberData(nameof(Names))]
    public void Look_ManyTimes_AllocatesNothing(string name)
    {
        Position position = Create(name);
        PositionSizer sizer = new(position, new double[3]);
        Account account = new();
        account.Block(supplied: 100, borrowed: 120_000, outside: 10, price: 1_700);
        Assert.Equal(0, SampleCycle.AllocatedBy(() =>
        {
            account.Cycle.Begin();
            account.Cycle.Tier = position.Look(account.Cycle).Tier;
            sizer.Size(account.Cycle);
            position.Fence(account.Cycle);
            position.Read(account.Cycle, PolicyTier.Economic);
            position.Aim(account.Cycle);
        }));
    }

    private static EngineSetup Setup => new([new("WETH", 18), new("WBTC", 8), new("USDC", 6)], [], s_usdc, s_weth, Epoch: 1)
    {
        Borrows = true, Liquidity = [new EngineLiquidity(s_weth, s_usdc), new EngineLiquidity(s_usdc, s_weth)],
    };

    private static string? FirstOutside(Position position, double widened)
    {
        Random random = new(13);
        Account account = new();
        int quiet = 0;
        for (int i = 0; i < 4_000; i++)
        {
            account.Block(random, oracle: false);
            if (position.Look(account.Cycle).Acts)
                continue;
            TriggerFence fence = position.Fence(account.Cycle);
            double move = Math.Min(fence.PriceMove * widened, 0.9) * (1 - 1e-6);
            if (!(move > 0))
                continue;
            quiet++;
            double price = account.Market.Prices[0];
            foreach (double at in (double[])[-1, 1, (random.NextDouble() * 2) - 1, (random.NextDouble() * 2) - 1])
            {
                account.Tick(price * (1 + (move * at)));
                if (position.Look(account.Cycle) is { Acts: true } wanted)
                    return $"account {i}: {wanted} at {at:0.##} of ±{move:R}";
            }
            account.Tick(price);
        }
        Assert.True(quiet > 20, $"{quiet} fences say nothing");
        return null;
    }

    /// <summary>WETH and USDC in a lending market that knows both, WBTC outside of it.</summary>
    private sealed class Account
    {
        private long _unixNs = SampleCycle.StartUnixNs;
        private ulong _block;

        public Account()
        {
            Market = new MarketState(Setup);
            Cycle = new RebalanceCycle(Market, new RiskBounds(50_000, new Bps(100)), s_usdc);
        }

        public MarketState Market { get; }

        public RebalanceCycle Cycle { get; }

        /// <summary>Long in WETH, short in it, or hedged, more and less healthy.</summary>
        public void Block(Random random, bool oracle = true)
        {
            double price = 1_000 * Math.Pow(3, random.NextDouble());
            double worth = 200_000, owed = worth * random.NextDouble() * 0.9;
            bool isShort = random.Next(2) == 0;
            double own = random.Next(3) == 0 ? 0 : owed / price * (0.8 + (0.4 * random.NextDouble()));
            Block(
                isShort ? 0 : worth / price, isShort ? owed / price : 0, isShort ? own : 0, price, isShort ? worth : 0, isShort ? 0 : owed,
                outsideCash: random.Next(2) * 20_000, oracle ? price * (0.97 + (0.06 * random.NextDouble())) : price);
        }

        public void Block(double supplied, double borrowed, double outside, double price) =>
            Block(supplied, 0, outside, price, 0, borrowed, 0, price);

        public void Tick(double price)
        {
            MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = s_weth.Value };
            e.Price.NumerairePerToken = price;
            Apply(e);
            Value();
        }

        private void Block(double supplied, double borrowed, double outside, double price, double cash, double cashOwed, double outsideCash, double oracle)
        {
            _unixNs += 12_000_000_000;
            Hold(0, outside, 1e18);
            Hold(1, 0, 1e8);
            Hold(2, outsideCash, 1e6);
            Terms(0, oracle, 8250, 8000);
            Terms(2, 1, 8600, 8300);
            Position(0, supplied * 1e18, borrowed * 1e18);
            Position(2, cash * 1e6, cashOwed * 1e6);
            Pools(borrowed - outside, price);
            MarketEvent wbtc = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(1).Value };
            wbtc.Price.NumerairePerToken = 60_000;
            Apply(wbtc);
            MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = s_weth.Value };
            e.Price.NumerairePerToken = price;
            Apply(e);
            Apply(new MarketEvent { Kind = MarketEventKind.Head });
            Value();
        }

        private void Value()
        {
            Cycle.Begin();
            double total = 0;
            for (int i = 0; i < 3; i++)
                total += Cycle.Values[i] = Market.Quantities[i] * Market.Prices[i];
            Cycle.TotalNumeraire = total;
        }

        private void Hold(int asset, double tokens, double units) => Apply(new MarketEvent
        {
            Kind = MarketEventKind.Holding, Subject = AssetId.FromIndex(asset).Value, Holding = Units(tokens * units),
        });

        private void Terms(int asset, double price, ushort threshold, ushort loanToValue) => Apply(new MarketEvent
        {
            Kind = MarketEventKind.LendingTerms,
            Subject = AssetId.FromIndex(asset).Value,
            LendingTerms = new LendingTerms
            {
                OraclePrice = (ulong)Math.Clamp(price * 1e8, 1, 1e19), LiquidationThresholdBps = threshold, LoanToValueBps = loanToValue,
                Borrowable = UInt256.MaxValue, Suppliable = UInt256.MaxValue, Flags = LendingFlags.IsOpen | LendingFlags.TakesMore,
            },
        });

        private void Position(int asset, double supplied, double borrowed) => Apply(new MarketEvent
        {
            Kind = MarketEventKind.LendingPosition,
            Subject = AssetId.FromIndex(asset).Value,
            LendingPosition = new LendingPosition { Supplied = Units(supplied), Borrowed = Units(borrowed), IsCollateral = true },
        });

        /// <summary>A range around the price and a share, that together stand for about so much of the asset; fees on both.</summary>
        private void Pools(double tokens, double price)
        {
            int middle = (int)Math.Clamp(Math.Log(price * 1e-12) / Math.Log(1.0001), -800_000, 800_000);
            double own = Math.Clamp(tokens, 0, 1e9), root = Math.Sqrt(price);
            Tell(0, new PoolPosition
            {
                TickLower = middle - 3_000, TickUpper = middle + 2_000, Liquidity = (UInt128)(own / 2 * root / 0.0952 * 1e12), Owed0 = (UInt128)(own * 1e16), Owed1 = 1_000_000,
            });
            Tell(1, new PoolPosition { Amount0 = (UInt128)(own / 2 * Math.Min(price, 1e6) * 1e6), Amount1 = (UInt128)(own / 2 * 1e18), Liquidity = 1 });
        }

        private void Tell(int place, PoolPosition position) =>
            Apply(new MarketEvent { Kind = MarketEventKind.PoolPosition, Subject = (ushort)(place + 1), PoolPosition = position });

        private static UInt256 Units(double units)
        {
            Assert.True(UInt256.TryFromDoubleFloor(units, out UInt256 whole));
            return whole;
        }

        private void Apply(MarketEvent e)
        {
            (e.UnixNs, e.BlockNumber) = (_unixNs, e.Kind == MarketEventKind.Head ? ++_block : _block);
            Assert.Equal(ApplyVerdict.Applied, Market.Apply(in e));
        }
    }
}
