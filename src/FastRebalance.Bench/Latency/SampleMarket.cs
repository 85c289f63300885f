using System.Text;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Hashing;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// Eight assets and a numeraire, 24 pools of the two kinds at one set of prices, and a desk of twenty million at its target weights.
/// All of it reaches the engine as events, as a feed would send them.
/// </summary>
internal sealed class SampleMarket
{
    /// <summary>Drift that fires, in basis points. A crossing takes WETH, a quarter of the portfolio, to 11.</summary>
    private const double BandBps = 10;

    /// <summary>How far a crossing moves WETH: far enough for the band, near enough to the pools for the slippage bound.</summary>
    private const double CrossingMove = 0.006;

    /// <summary>How far pools and prices move otherwise.</summary>
    private const double Jitter = 1e-4;

    private const double DeskNumeraire = 20_000_000;
    private const ulong BaseFeeWei = 1_000_000_000;
    private const int PoolsPerBlock = 8;
    private const double Q96 = 79228162514264337593543950336.0;

    private static readonly (string Symbol, int Decimals, double Price, double Weight)[] Plan =
    [
        ("WETH", 18, 2500, 0.25),
        ("WBTC", 8, 60_000, 0.20),
        ("LINK", 18, 14, 0.08),
        ("UNI", 18, 9, 0.08),
        ("AAVE", 18, 160, 0.08),
        ("MKR", 18, 1_800, 0.07),
        ("LDO", 18, 1.1, 0.07),
        ("ARB", 18, 0.6, 0.07),
        ("USDC", 6, 1, 0.10),
    ];

    private readonly List<Pool> _pools = [];
    private readonly List<double> _depths = [];

    public SampleMarket()
    {
        // Every asset against the numeraire and against WETH, the latter in both kinds of pool, as on the main chain.
        for (int i = 0; i < Plan.Length - 1; i++)
            AddPool(UniswapV3Pool.KindName, i, Usdc.Index, i < 2 ? 500u : 3000u, i < 2 ? 40e6 : 4e6);
        for (int i = 1; i < Plan.Length - 1; i++)
        {
            AddPool(UniswapV3Pool.KindName, i, Weth.Index, i == 1 ? 500u : 3000u, i == 1 ? 40e6 : 8e6);
            AddPool(UniswapV2Pool.KindName, i, Weth.Index, 3000, 3e6);
        }
        AddPool(UniswapV2Pool.KindName, Weth.Index, Usdc.Index, 3000, 10e6);
        AddPool(UniswapV2Pool.KindName, 1, Usdc.Index, 3000, 5e6);
        Setup = new EngineSetup([.. Plan.Select(a => new EngineAsset(a.Symbol, a.Decimals))], _pools, Usdc, Weth, Epoch: 1);
        Blocks = MakeBlocks();
    }

    public static AssetId Weth => AssetId.FromIndex(0);

    public static AssetId Usdc => AssetId.FromIndex(Plan.Length - 1);

    /// <summary>Assets whose price changes: all but the numeraire.</summary>
    public static int PricedAssets => Plan.Length - 1;

    public static IReadOnlyList<Address> Tokens { get; } = [.. Plan.Select(a => AddressOf(a.Symbol))];

    public EngineSetup Setup { get; }

    /// <summary>Blocks to send in turn, over and over: new states of a third of the pools each, and the head.</summary>
    public MarketEvent[][] Blocks { get; }

    /// <summary>The engine over this market; one market serves one engine.</summary>
    /// <param name="sink">Takes the decisions.</param>
    /// <param name="search">Which path search is at work.</param>
    /// <param name="fenced">False: the trigger is asked at every pass, for comparison.</param>
    public RebalancePipeline Pipeline(IDecisionSink sink, out string search, bool fenced = true)
    {
        DriftBandTrigger trigger = new(new() { AbsoluteBps = BandBps });
        MarketState market = new(Setup);
        PortfolioPolicy policy = new(
            PortfolioId.FromIndex(0),
            Usdc,
            new FixedWeightsTarget(new() { Weights = Plan.ToDictionary(a => a.Symbol, a => a.Weight) }, [.. Plan.Select(a => a.Symbol)]),
            [fenced ? trigger : new Unfenced(trigger)],
            // Two of the trades that a crossing asks for are above this: one with WBTC and one with the numeraire.
            new ToTargetSizer(new() { MinTradeNumeraire = 2_700 }, Plan.Length),
            [
                new KillSwitchCheck(), new PriceAgeCheck(TimeSpan.FromSeconds(60)), new TradeSizeCheck(250_000),
                new CoolDownCheck(TimeSpan.Zero), new GasBudgetCheck(1e6),
            ],
            new RiskBounds(250_000, new Bps(200)),
            TimeSpan.FromSeconds(60));
        IPathSearch paths = PathSearches.ForPools(Plan.Length, _pools, out search);
        return new RebalancePipeline(market, policy, new Router(Setup, market, paths), sink);
    }

    /// <summary>Everything the engine must know before it decides anything, closed by a head.</summary>
    public IEnumerable<MarketEvent> Opening()
    {
        foreach (Pool pool in _pools)
        {
            yield return new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = pool.Id.Value };
            foreach (MarketEvent e in Snapshot(pool))
                yield return e;
            yield return new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value };
        }
        for (int i = 0; i < Plan.Length; i++)
            yield return new MarketEvent
            {
                Kind = MarketEventKind.Holding,
                Subject = AssetId.FromIndex(i).Value,
                Holding = Units(i, DeskNumeraire * Plan[i].Weight / Plan[i].Price),
            };
        for (int i = 0; i < PricedAssets; i++)
            yield return new MarketEvent
            {
                Kind = MarketEventKind.Price,
                Subject = AssetId.FromIndex(i).Value,
                Price = new PriceUpdate { NumerairePerToken = Plan[i].Price },
            };
        yield return Head();
    }

    /// <summary>A price inside the band; which of two is the parity of <paramref name="turn"/>.</summary>
    public static double CalmPrice(int asset, long turn) => Plan[asset].Price * (1 + ((turn & 1) == 0 ? Jitter : -Jitter));

    /// <summary>A price of WETH that crosses the band, upwards and downwards in turn.</summary>
    public static double CrossingPrice(long turn) => Plan[0].Price * (1 + ((turn & 1) == 0 ? CrossingMove : -CrossingMove));

    /// <summary>An address that looks like any other: bytes of a hash, so that call data compresses and hashes as the real one does.</summary>
    public static Address AddressOf(string name) => new(Keccak256.Hash(Encoding.UTF8.GetBytes(name)).Span[^Address.Length..]);

    private MarketEvent[][] MakeBlocks()
    {
        List<MarketEvent[]> blocks = [];
        foreach (double move in new[] { 1 + Jitter, 1 - Jitter })
            foreach (Pool[] moved in _pools.Chunk(PoolsPerBlock))
                blocks.Add([.. moved.Select(p => State(p, move)), Head()]);
        return [.. blocks];
    }

    private void AddPool(string kindName, int a, int b, uint feePips, double depthNumeraire)
    {
        if (!PoolKinds.TryFind(kindName, out PoolKind? kind))
            throw new InvalidOperationException($"no AMM is called {kindName}");
        // The token with the lower address is token 0.
        (int first, int second) = Tokens[a].Span.SequenceCompareTo(Tokens[b].Span) < 0 ? (a, b) : (b, a);
        PoolId id = PoolId.FromIndex(_pools.Count);
        int spacing = kindName != UniswapV3Pool.KindName ? 0 : feePips == 500 ? 10 : 60;
        PoolFacts facts = new(kindName, AddressOf($"pool {id}"), Tokens[first], Tokens[second], feePips, spacing);
        _pools.Add(kind.Create(facts, id, AssetId.FromIndex(first), AssetId.FromIndex(second)));
        _depths.Add(depthNumeraire);
    }

    private IEnumerable<MarketEvent> Snapshot(Pool pool)
    {
        MarketEvent state = State(pool, 1);
        if (pool.Kind == UniswapV2Pool.KindName)
            return [state];

        // Three positions around the price, so that there are ticks to look for; they bring the active liquidity with them.
        UInt128 liquidity = state.Concentrated.Liquidity;
        state.Concentrated.Liquidity = 0;
        List<MarketEvent> events = [state];
        foreach (int halfWidth in new[] { 10, 50, 200 })
        {
            int middle = state.Concentrated.Tick / pool.Facts.TickSpacing * pool.Facts.TickSpacing;
            MarketEvent position = new() { Kind = MarketEventKind.LiquidityChange, Subject = pool.Id.Value };
            position.Liquidity.TickLower = middle - halfWidth * pool.Facts.TickSpacing;
            position.Liquidity.TickUpper = middle + halfWidth * pool.Facts.TickSpacing;
            position.Liquidity.Delta = (Int128)(liquidity / 3);
            events.Add(position);
        }
        return events;
    }

    /// <summary>The pool with its price (token 1 per token 0) so many times the plan's.</summary>
    private MarketEvent State(Pool pool, double move)
    {
        (int a, int b) = (pool.Asset0.Index, pool.Asset1.Index);
        double depth = _depths[pool.Id.Index];
        MarketEvent e = new() { Subject = pool.Id.Value };
        if (pool.Kind == UniswapV2Pool.KindName)
        {
            e.Kind = MarketEventKind.Reserves;
            e.Reserves.Reserve0 = Units(a, depth / Plan[a].Price / Math.Sqrt(move));
            e.Reserves.Reserve1 = Units(b, depth / Plan[b].Price * Math.Sqrt(move));
            return e;
        }
        double rate = Plan[a].Price / Plan[b].Price * Math.Pow(10, Plan[b].Decimals - Plan[a].Decimals) * move;
        e.Kind = MarketEventKind.Concentrated;
        e.Concentrated.SqrtPriceX96 = Floor(Math.Sqrt(rate) * Q96);
        e.Concentrated.Tick = (int)Math.Floor(Math.Log(rate) / Math.Log(1.0001));
        double units = Math.Pow(10, Plan[a].Decimals) / Plan[a].Price * Math.Pow(10, Plan[b].Decimals) / Plan[b].Price;
        e.Concentrated.Liquidity = (UInt128)(depth * Math.Sqrt(units)) / 3 * 3;
        return e;
    }

    private static MarketEvent Head()
    {
        MarketEvent head = new() { Kind = MarketEventKind.Head };
        head.Head.BaseFeePerGasWei = BaseFeeWei;
        head.Head.PriorityFeePerGasWei = BaseFeeWei / 10;
        return head;
    }

    private static UInt256 Units(int asset, double tokens) => Floor(tokens * Math.Pow(10, Plan[asset].Decimals));

    private static UInt256 Floor(double units) =>
        UInt256.TryFromDoubleFloor(units, out UInt256 floor) ? floor : throw new InvalidOperationException($"{units} is no amount");

    private sealed class Unfenced(ITrigger trigger) : ITrigger
    {
        public bool Fires(RebalanceCycle cycle) => trigger.Fires(cycle);
    }
}
