using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.Reloading;
using FastRebalance.Routing.Paths;

namespace FastRebalance.UnitTests.Engine;

/// <summary>
/// A whole engine over real constant-product pools: WETH/USDC, WBTC/USDC, WETH/WBTC and a shallow second WETH/USDC, with a desk
/// of 100 WETH, 5 WBTC and 50000 USDC. Events go in as a feed would send them, whole blocks at a time.
/// </summary>
internal sealed class PoolBench : IDecisionSink
{
    public static readonly AssetId Weth = AssetId.FromIndex(0);
    public static readonly AssetId Wbtc = AssetId.FromIndex(1);
    public static readonly AssetId Usdc = AssetId.FromIndex(2);

    private readonly List<MarketEvent> _block = [];
    private long _sequence = -1;
    private long _unixNs = 1_700_000_000_000_000_000;
    private ulong _height = 100;

    public PoolBench(IPathSearch? search = null, params (AssetId, AssetId)[] pairs)
        : this(search, pairs, static policy => policy)
    {
    }

    /// <param name="change">Makes of the usual policy the one that is tested.</param>
    /// <param name="safetyPreempts">Whether safety has a sender of its own.</param>
    public PoolBench(Func<PortfolioPolicy, PortfolioPolicy> change, bool safetyPreempts = false)
        : this(null, [], change, safetyPreempts)
    {
    }

    /// <param name="further">A ready pool behind the usual ones.</param>
    public PoolBench(Pool further)
        : this(null, [], static policy => policy, false, further)
    {
    }

    private PoolBench(
        IPathSearch? search, (AssetId, AssetId)[] pairs, Func<PortfolioPolicy, PortfolioPolicy> change, bool safetyPreempts = false, params Pool[] further)
    {
        if (pairs.Length == 0)
            pairs = [(Weth, Usdc), (Wbtc, Usdc), (Weth, Wbtc), (Weth, Usdc)];
        for (int i = 0; i < pairs.Length; i++)
            Pools.Add(Pool(i, pairs[i].Item1, pairs[i].Item2));
        Pools.AddRange(further);
        EngineSetup setup = new([new("WETH", 18), new("WBTC", 8), new("USDC", 6)], Pools, Usdc, Weth, Epoch: 1) { SafetyPreempts = safetyPreempts };
        MarketState market = new(setup);
        PortfolioPolicy policy = new(
            PortfolioId.FromIndex(0),
            Usdc,
            new FixedWeightsTarget(new() { Weights = new() { ["WETH"] = 0.5, ["WBTC"] = 0.2, ["USDC"] = 0.3 } }, ["WETH", "WBTC", "USDC"]),
            [new DriftBandTrigger(new() { AbsoluteBps = 100 })],
            new ToTargetSizer(new(), 3),
            [new KillSwitchCheck(), new CoolDownCheck(TimeSpan.Zero), new Objecting(this)],
            new RiskBounds(1e9, new Bps(200)),
            TimeSpan.FromSeconds(30));
        Router = new Router(setup, market, search ?? new ManagedPathSearch(3, 2 * Pools.Count));
        Pipeline = new RebalancePipeline(market, Policy = change(policy), Router, this, Shelf);
    }

    public List<Pool> Pools { get; } = [];

    /// <summary>Where the policy of the next configuration is laid.</summary>
    public PolicyShelf Shelf { get; } = new();

    /// <summary>What it began with.</summary>
    public PortfolioPolicy Policy { get; }

    public Router Router { get; }

    public RebalancePipeline Pipeline { get; }

    /// <summary>Every slot published, in order; the caller may turn recording off to watch allocations.</summary>
    public List<OrderEvent> Published { get; } = [];

    public List<(MarketEvent Event, long Sequence, bool EndOfBatch)> Sent { get; } = [];

    public bool Records { get; set; } = true;

    /// <summary>While it is an asset, no order goes for its sake.</summary>
    public AssetId Objection { get; set; }

    public OrderEvent LastDecision => Published.FindLast(e => e.Kind == OrderEventKind.Decision);

    public OrderLeg[] LastLegs => [.. Published.TakeLast(LastDecision.LegCount).Select(e => e.Leg)];

    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        if (Records)
            Published.AddRange(decisionAndLegs);
    }

    /// <summary>Deep pools at WETH 2500 and WBTC 60000 and the desk's holdings, as a first block.</summary>
    public PoolBench Started()
    {
        ReadyPool(0, Weth, 4_000, Usdc, 10_000_000);
        ReadyPool(1, Wbtc, 150, Usdc, 9_000_000);
        ReadyPool(2, Weth, 2_400, Wbtc, 100);
        ReadyPool(3, Weth, 40, Usdc, 100_000);
        Hold(Weth, 100);
        Hold(Wbtc, 5);
        Hold(Usdc, 50_000);
        Price(Weth, 2500);
        Price(Wbtc, 60000);
        EndBlock();
        return this;
    }

    public void ReadyPool(int pool, AssetId a, double tokensA, AssetId b, double tokensB)
    {
        Add(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = PoolId.FromIndex(pool).Value });
        MarketEvent reserves = new() { Kind = MarketEventKind.Reserves, Subject = PoolId.FromIndex(pool).Value };
        bool inOrder = Pools[pool].Asset0 == a;
        reserves.Reserves.Reserve0 = Units(inOrder ? a : b, inOrder ? tokensA : tokensB);
        reserves.Reserves.Reserve1 = Units(inOrder ? b : a, inOrder ? tokensB : tokensA);
        Add(reserves);
        Add(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = PoolId.FromIndex(pool).Value });
    }

    public void Hold(AssetId asset, double tokens) =>
        Add(new MarketEvent { Kind = MarketEventKind.Holding, Subject = asset.Value, Holding = Units(asset, tokens) });

    public void Price(AssetId asset, double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = asset.Value };
        e.Price.NumerairePerToken = price;
        Add(e);
    }

    public void Operator(OperatorCommand command) => Add(new MarketEvent { Kind = MarketEventKind.Operator, Command = command });

    /// <summary>Lets time go by before the next block.</summary>
    public void Wait(TimeSpan time) => _unixNs += (long)time.TotalNanoseconds;

    public void Report(OrderReport report) => Add(new MarketEvent { Kind = MarketEventKind.OrderReport, Order = report });

    public void Fill(ulong order, int leg, UInt256 spent, UInt256 received)
    {
        MarketEvent e = new() { Kind = MarketEventKind.LegFill };
        e.Fill = new LegFill { OrderId = order, LegIndex = (byte)leg, Spent = spent, Received = received };
        Add(e);
    }

    public void HoldUnits(AssetId asset, UInt256 units) =>
        Add(new MarketEvent { Kind = MarketEventKind.Holding, Subject = asset.Value, Holding = units });

    /// <summary>The newest block's number.</summary>
    public ulong Height => _height;

    /// <summary>Closes the block with its head and feeds it to the engine as one batch.</summary>
    public void EndBlock()
    {
        _height++;
        _unixNs += 1_000_000_000;
        MarketEvent head = new() { Kind = MarketEventKind.Head };
        head.Head.BaseFeePerGasWei = 1_000_000_000;
        head.Head.PriorityFeePerGasWei = 1_000_000_000;
        Add(head);
        for (int i = 0; i < _block.Count; i++)
        {
            MarketEvent e = _block[i];
            e.BlockNumber = _height;
            e.UnixNs = _unixNs;
            bool end = i == _block.Count - 1;
            if (Records)
                Sent.Add((e, _sequence + 1, end));
            Pipeline.OnEvent(in e, ++_sequence, end);
        }
        _block.Clear();
    }

    /// <summary>Another policy from here on, as a batch of its own.</summary>
    public void Configure(uint generation, PortfolioPolicy policy)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Configuration, Configuration = new ConfigurationChange { Generation = generation } };
        Shelf.Lay(in e.Configuration, new ReadyPolicy(policy));
        if (Records)
            Sent.Add((e, _sequence + 1, true));
        Pipeline.OnEvent(in e, ++_sequence, endOfBatch: true);
    }

    /// <summary>One price inside the block, as a batch of its own.</summary>
    public void Tick(AssetId asset, double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = asset.Value, UnixNs = ++_unixNs, BlockNumber = _height };
        e.Price.NumerairePerToken = price;
        if (Records)
            Sent.Add((e, _sequence + 1, true));
        Pipeline.OnEvent(in e, ++_sequence, endOfBatch: true);
    }

    /// <summary>The desk at its target: 120 WETH, 2 WBTC, 180000 USDC, and nothing under way.</summary>
    public PoolBench AtTarget()
    {
        Started();
        Report(new OrderReport { OrderId = LastDecision.OrderId, Status = SubmitStatus.Dropped });
        Hold(Weth, 120);
        Hold(Wbtc, 2);
        Hold(Usdc, 180_000);
        EndBlock();
        return this;
    }

    public static UInt256 Units(AssetId asset, double tokens)
    {
        Assert.True(UInt256.TryFromDoubleFloor(tokens * Math.Pow(10, asset == Weth ? 18 : asset == Wbtc ? 8 : 6), out UInt256 units));
        return units;
    }

    private void Add(MarketEvent e) => _block.Add(e);

    private static Pool Pool(int index, AssetId asset0, AssetId asset1)
    {
        Assert.True(PoolKinds.TryFind("uniswap-v2", out PoolKind? kind));
        PoolFacts facts = new("uniswap-v2", AddressOf(0x10 + index), AddressOf(asset0.Value), AddressOf(asset1.Value), 3000);
        return kind.Create(facts, PoolId.FromIndex(index), asset0, asset1);
    }

    private static Address AddressOf(int number) => Address.Parse($"0x{number:x40}");

    private sealed class Objecting(PoolBench bench) : IRiskCheck
    {
        public RiskVerdict Check(RebalanceCycle cycle) =>
            bench.Objection.IsNone ? RiskVerdict.Approved : cycle.Refuse(RiskVerdict.BadPrint, bench.Objection);
    }
}
