using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Engine.Positions;

/// <summary>
/// A whole engine over a position in a lending market and one deep pool of WETH and USDC. The lending market here is bookkeeping: what an order
/// sells comes out of what is supplied and then becomes debt, what it buys repays and then is supplied.
/// </summary>
internal sealed class LendingBench : IDecisionSink
{
    public static readonly AssetId Weth = AssetId.FromIndex(0);
    public static readonly AssetId Usdc = AssetId.FromIndex(1);
    public static readonly IReadOnlyList<string> Symbols = ["WETH", "USDC"];

    private readonly List<MarketEvent> _block = [];
    private readonly Dictionary<AssetId, (double Supplied, double Borrowed)> _account = new() { [Weth] = default, [Usdc] = default };
    private readonly Dictionary<AssetId, double> _outside = new() { [Weth] = 0, [Usdc] = 0 };
    private long _sequence = -1;
    private long _unixNs = 1_700_000_000_000_000_000;
    private ulong _height = 100;

    public LendingBench(Position position, bool safetyPreempts = false, double mostTrade = 1e12, int followed = 0)
    {
        Position = position;
        Assert.True(PoolKinds.TryFind("uniswap-v2", out PoolKind? kind));
        Pool pool = kind.Create(new PoolFacts("uniswap-v2", AddressOf(0x10), AddressOf(1), AddressOf(2), 3000), PoolId.FromIndex(0), Weth, Usdc);
        EngineSetup setup = new([new("WETH", 18), new("USDC", 6)], [pool], Usdc, Weth, Epoch: 1) 
        {
            SafetyPreempts = safetyPreempts, Borrows = true, Liquidity = [.. Enumerable.Repeat(new EngineLiquidity(Weth, Usdc), followed)],
        };
        MarketState market = new(setup);
        IRiskCheck[] checks = [new KillSwitchCheck(), new LendingCheck(position, 2, 1.02, new Bps(300))];
        PolicyTerms Terms(PolicyTier tier, double slippageBps) =>
            new([new PositionTrigger(position, tier)], new PositionSizer(position, new double[2]), checks, new RiskBounds(mostTrade, new Bps(slippageBps)));
        PolicyTerms economic = Terms(PolicyTier.Economic, 100);
        PortfolioPolicy policy = new(
            PortfolioId.FromIndex(0), Usdc, new PositionTarget(position), economic.Triggers, economic.Sizer, economic.RiskChecks, economic.Bounds,
            TimeSpan.FromSeconds(30))
        {
            Safety = Terms(PolicyTier.Safety, 500),
        };
        Pipeline = new RebalancePipeline(market, policy, new Router(setup, market, new ManagedPathSearch(2, 2)), this);
    }

    public Position Position { get; }

    public bool IsUsdcCollateral { get; set; } = true;

    public RebalancePipeline Pipeline { get; }

    public MarketState Market => Pipeline.Market;

    public List<OrderEvent> Published { get; } = [];

    public DecisionOutcome Last => Published.FindLast(e => e.Kind == OrderEventKind.Decision).Decision;

    /// <summary>Legs of the newest order.</summary>
    public OrderLeg[] Legs => [.. Published.Skip(NewestOrder + 1).Take(Published[NewestOrder].LegCount).Select(e => e.Leg)];

    public int Orders => Published.Count(e => e.Kind == OrderEventKind.Decision && e.Decision.Verdict == DecisionVerdict.Order);

    public double Leverage
    {
        get
        {
            double asset = Market.Quantities[Weth.Index] * Market.Prices[Weth.Index];
            return asset / (asset + Market.Quantities[Usdc.Index]);
        }
    }

    public LendingTerms WethTerms { get; set; } = new()
    {
        OraclePrice = 2000_00000000, LiquidationThresholdBps = 8500, LoanToValueBps = 8000, LiquidationBonusBps = 500, Flags = LendingFlags.IsOpen | LendingFlags.TakesMore,
        Borrowable = Units(Weth, 1e6), Suppliable = UInt256.MaxValue,
    };

    public LendingTerms UsdcTerms { get; set; } = new()
    {
        OraclePrice = 1_00000000, LiquidationThresholdBps = 8700, LoanToValueBps = 8400, LiquidationBonusBps = 400, Flags = LendingFlags.IsOpen | LendingFlags.TakesMore,
        Borrowable = Units(Usdc, 1e9), Suppliable = UInt256.MaxValue,
    };

    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => Published.AddRange(decisionAndLegs);

    public LendingBench Has(AssetId asset, double supplied = 0, double borrowed = 0, double outside = 0)
    {
        _account[asset] = (supplied, borrowed);
        _outside[asset] = outside;
        return this;
    }

    /// <summary>A block at this price of WETH, the pool's and the oracle's unless another is given.</summary>
    public LendingBench Block(double price, double? oracle = null, TimeSpan? after = null)
    {
        _unixNs += (long)(after ?? TimeSpan.FromSeconds(12)).TotalNanoseconds;
        ReadyPool(price);
        WethTerms = WethTerms with { OraclePrice = (ulong)Math.Round((oracle ?? price) * 1e8) };
        foreach (AssetId asset in (AssetId[])[Weth, Usdc])
        {
            Add(new MarketEvent { Kind = MarketEventKind.Holding, Subject = asset.Value, Holding = Units(asset, _outside[asset]) });
            Add(new MarketEvent { Kind = MarketEventKind.LendingTerms, Subject = asset.Value, LendingTerms = asset == Weth ? WethTerms : UsdcTerms });
            (double supplied, double borrowed) = _account[asset];
            LendingPosition position = new() { Supplied = Units(asset, supplied), Borrowed = Units(asset, borrowed), IsCollateral = asset == Weth || IsUsdcCollateral };
            Add(new MarketEvent { Kind = MarketEventKind.LendingPosition, Subject = asset.Value, LendingPosition = position });
        }
        AddPrice(price);
        EndBlock();
        return this;
    }

    /// <summary>What the next block tells of a pool position that is followed.</summary>
    public LendingBench Pools(int place, PoolPosition position)
    {
        Add(new MarketEvent { Kind = MarketEventKind.PoolPosition, Subject = (ushort)(place + 1), PoolPosition = position });
        return this;
    }

    /// <summary>A price between two blocks.</summary>
    public void Tick(double price)
    {
        MarketEvent e = PriceOf(price);
        (e.UnixNs, e.BlockNumber) = (++_unixNs, _height);
        Pipeline.OnEvent(in e, ++_sequence, endOfBatch: true);
    }

    /// <summary>Nothing but time.</summary>
    public void Wait(TimeSpan time)
    {
        _unixNs += (long)time.TotalNanoseconds;
        MarketEvent e = new() { Kind = MarketEventKind.Timer, UnixNs = _unixNs, BlockNumber = _height };
        Pipeline.OnEvent(in e, ++_sequence, endOfBatch: true);
    }

    /// <summary>The newest order ends so, filled at the newest prices less the pool's fee, and the account is as it then would be.</summary>
    /// <param name="status">How it ends.</param>
    /// <param name="percent">How much of each leg is filled.</param>
    public void Settle(SubmitStatus status = SubmitStatus.Included, ulong percent = 100)
    {
        OrderEvent decision = Published[NewestOrder];
        OrderLeg[] legs = Legs;
        OrderReport report = new() { OrderId = decision.OrderId, Status = status, IncludedBlock = _height + 1, GasUsed = 500_000, EffectiveGasPriceWei = 1_000_000_000 };
        Add(new MarketEvent { Kind = MarketEventKind.OrderReport, Order = report });
        for (int i = 0; status == SubmitStatus.Included && i < legs.Length; i++)
        {
            OrderLeg leg = legs[i];
            leg.AmountIn = leg.AmountIn * percent / 100UL;
            double received = Tokens(leg.Sell, leg.AmountIn) * (leg.IsMove ? 1 : 0.997 * Market.Prices[leg.Sell.Index] / Market.Prices[leg.Buy.Index]);
            Add(new MarketEvent { Kind = MarketEventKind.LegFill, Fill = new LegFill { OrderId = decision.OrderId, LegIndex = (byte)i, Spent = leg.AmountIn, Received = Units(leg.Buy, received) } });
            if (leg.IsMove)
                _outside[leg.Sell] -= Tokens(leg.Sell, leg.AmountIn);
            else
                TakeOut(leg.Sell, Tokens(leg.Sell, leg.AmountIn));
            PutIn(leg.Buy, received);
        }
    }

    public double Supplied(AssetId asset) => _account[asset].Supplied;

    public double Borrowed(AssetId asset) => _account[asset].Borrowed;

    public static double Tokens(AssetId asset, UInt256 units) => (double)units / (asset == Weth ? 1e18 : 1e6);

    public static UInt256 Units(AssetId asset, double tokens)
    {
        Assert.True(UInt256.TryFromDoubleFloor(tokens * (asset == Weth ? 1e18 : 1e6), out UInt256 units));
        return units;
    }

    private int NewestOrder => Published.FindLastIndex(e => e.Kind == OrderEventKind.Decision && e.Decision.Verdict == DecisionVerdict.Order);

    private void TakeOut(AssetId asset, double tokens)
    {
        (double supplied, double borrowed) = _account[asset];
        double withdrawn = Math.Min(supplied, tokens);
        _account[asset] = (supplied - withdrawn, borrowed + tokens - withdrawn);
    }

    private void PutIn(AssetId asset, double tokens)
    {
        (double supplied, double borrowed) = _account[asset];
        double repaid = Math.Min(borrowed, tokens);
        _account[asset] = (supplied + tokens - repaid, borrowed - repaid);
    }

    private void ReadyPool(double price)
    {
        Add(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = PoolId.FromIndex(0).Value });
        MarketEvent reserves = new() { Kind = MarketEventKind.Reserves, Subject = PoolId.FromIndex(0).Value };
        reserves.Reserves.Reserve0 = Units(Weth, 1e7);
        reserves.Reserves.Reserve1 = Units(Usdc, 1e7 * price);
        Add(reserves);
        Add(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = PoolId.FromIndex(0).Value });
    }

    private void AddPrice(double price) => Add(PriceOf(price));

    private static MarketEvent PriceOf(double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = Weth.Value };
        e.Price.NumerairePerToken = price;
        return e;
    }

    private void EndBlock()
    {
        _height++;
        MarketEvent head = new() { Kind = MarketEventKind.Head };
        head.Head.BaseFeePerGasWei = 1_000_000_000;
        Add(head);
        for (int i = 0; i < _block.Count; i++)
        {
            MarketEvent e = _block[i];
            (e.BlockNumber, e.UnixNs) = (_height, _unixNs);
            Pipeline.OnEvent(in e, ++_sequence, i == _block.Count - 1);
        }
        _block.Clear();
    }

    private void Add(MarketEvent e) => _block.Add(e);

    private static Address AddressOf(int number) => Address.Parse($"0x{number:x40}");
}
