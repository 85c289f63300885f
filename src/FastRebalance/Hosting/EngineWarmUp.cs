using System.Runtime.InteropServices;
using FastRebalance.Amm;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Hosting;

/// <summary>
/// Runs the engine's whole path some hundred times before the first real event, so that its code is compiled and its imports are bound
/// when it counts. The engine it runs has state, pools and plug-ins of its own, made up and thrown away; nothing of it reaches a ring.
/// </summary>
internal sealed class EngineWarmUp : IDecisionSink
{
    private const int Rounds = 3;
    private const int BlocksPerRound = 150;
    private const int BlocksToBalance = 3;
    private const int TicksPerBlock = 8;

    // Calls are counted, and what is called often compiled for good, only once nothing new was compiled for a tenth of a second.
    private static readonly TimeSpan CompilerPause = TimeSpan.FromMilliseconds(150);

    private const PlanParts AllParts =
        PlanParts.Targets | PlanParts.Estimates | PlanParts.Regions | PlanParts.Covariance | PlanParts.Ellipsoid;

    private const long HourNs = 3_600_000_000_000;

    // Deep enough that no made-up trade runs a pool dry, and within what the contracts can hold.
    private static readonly UInt128 Depth = (UInt128)1e30;

    private readonly RebalancePipeline _pipeline;
    private readonly EngineSetup _setup;
    private ulong _lastOrder;
    private long _sequence;
    private long _unixNs = HourNs;

    private EngineWarmUp(EngineSetup setup, PortfolioPolicy policy, IPathSearch search)
    {
        _setup = setup;
        _pipeline = PolicyFactory.Pipeline(setup, policy, search, this);
    }

    /// <summary>Orders that the made-up engine decided on: above zero when the whole path was taken.</summary>
    public int Orders { get; private set; }

    /// <summary>Ticks that changed nothing: above zero when the shortest way was taken too, unless the policy asks at every pass.</summary>
    public long FencedPasses => _pipeline.Evaluation.FencedPasses;

    /// <summary>To be called before the engine thread starts: the search is shared with it.</summary>
    public static EngineWarmUp Run(ConfigFile config, ResolvedSetup setup, IPathSearch search)
    {
        List<ConfigProblem> problems = [];
        PortfolioPolicy policy = PolicyFactory.Build(config, problems) ?? throw new ConfigException(problems);
        EngineWarmUp warmUp = new(setup.ToEngineSetup(), Lenient(policy), search);
        warmUp.Start();
        for (int round = 0; round < Rounds; round++)
        {
            for (int block = 1; block <= BlocksPerRound; block++)
                warmUp.Pass((round * BlocksPerRound) + block);
            Thread.Sleep(CompilerPause);
        }
        return warmUp;
    }

    /// <summary>Every check is asked, and none stops a pass: no made-up market is right in the eyes of all of them.</summary>
    private static PortfolioPolicy Lenient(PortfolioPolicy policy) => policy with
    {
        RiskChecks = [.. policy.RiskChecks.Select(check => new Asked(check))],
        Safety = policy.Safety is { } safety ? safety with { RiskChecks = [.. safety.RiskChecks.Select(check => new Asked(check))] } : null,
    };

    void IDecisionSink.Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        if (decisionAndLegs[0].OrderId == 0)
            return;
        _lastOrder = decisionAndLegs[0].OrderId;
        Orders++;
    }

    private void Start()
    {
        List<MarketEvent> events = [];
        foreach (Pool pool in _setup.Pools)
            AddPool(pool, events);
        foreach (ref MarketEvent e in CollectionsMarshal.AsSpan(events))
            Send(ref e, endOfBatch: false);
    }

    /// <summary>
    /// The last order settles; one asset after the other is far over its weight, and now and then all are at theirs; prices come anew, the
    /// block ends, and some prices come inside it.
    /// </summary>
    private void Pass(int block)
    {
        _unixNs += HourNs;
        MarketEvent settled = new() { Kind = MarketEventKind.OrderReport };
        settled.Order.OrderId = _lastOrder;
        settled.Order.Status = SubmitStatus.Dropped;
        Send(ref settled, endOfBatch: false);
        for (int i = 0; i < _setup.Assets.Count; i++)
        {
            MarketEvent holding = new() { Kind = MarketEventKind.Holding, Subject = AssetId.FromIndex(i).Value };
            holding.Holding = Units(i, block % BlocksToBalance == 0 ? BalancedTokens(i) : i == block % _setup.Assets.Count ? 1000 : 1);
            Send(ref holding, endOfBatch: false);
            MarketEvent price = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(i).Value };
            price.Price.NumerairePerToken = 1;
            if (AssetId.FromIndex(i) != _setup.Numeraire)
                Send(ref price, endOfBatch: false);
        }
        SendPlan();
        MarketEvent head = new() { Kind = MarketEventKind.Head, BlockNumber = (ulong)block };
        head.Head.BaseFeePerGasWei = 1;
        Send(ref head, endOfBatch: true);
        for (int tick = 0; tick < TicksPerBlock; tick++)
            Tick(tick % _setup.Assets.Count);
    }

    /// <summary>A plan with every part, for whatever goes by one: equal weights, and bands that the drift of the blocks leaves.</summary>
    private void SendPlan()
    {
        int assets = _setup.Assets.Count;
        for (int i = 0; i < assets; i++)
        {
            MarketEvent line = new() { Kind = MarketEventKind.PlanAsset, Subject = AssetId.FromIndex(i).Value };
            line.PlanAsset = new PlanAsset
            {
                TargetWeight = 1.0 / assets, Volatility = 0.5, AnchorPrice = 1, TriggerDrift = 0.01, LandingDrift = 0.005,
                DriftVariance = 0.01, RiskPrice = 1, LossRate = 0.001, Cost = 0.001,
            };
            Send(ref line, endOfBatch: false);
            SendRow(PlanMatrix.Covariance, i, diagonal: 0.25);
            SendRow(PlanMatrix.Region, i, diagonal: 1e4);
        }
        MarketEvent ready = new() { Kind = MarketEventKind.PlanReady };
        ready.PlanReady = new PlanReady { Parts = AllParts, Stress = 1, AverageGasNumeraire = 1e-6 };
        Send(ref ready, endOfBatch: false);
    }

    private void SendRow(PlanMatrix matrix, int row, double diagonal)
    {
        int assets = _setup.Assets.Count;
        for (int column = 0; column < assets; column += PlanRow.MaxCount)
        {
            MarketEvent part = new() { Kind = MarketEventKind.PlanRow, Subject = AssetId.FromIndex(row).Value };
            part.PlanRow.Matrix = matrix;
            part.PlanRow.FirstColumn = (ushort)column;
            part.PlanRow.Count = (byte)Math.Min(PlanRow.MaxCount, assets - column);
            if (row >= column && row < column + part.PlanRow.Count)
                part.PlanRow.Numbers[row - column] = diagonal;
            Send(ref part, endOfBatch: false);
        }
    }

    private void Tick(int asset)
    {
        if (AssetId.FromIndex(asset) == _setup.Numeraire)
            return;
        MarketEvent price = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(asset).Value, DueNs = MonotonicClock.NowNs };
        price.Price.NumerairePerToken = 1;
        Send(ref price, endOfBatch: true);
    }

    /// <summary>Every price is one, so that weights are tokens.</summary>
    private double BalancedTokens(int asset) => 1000 * _pipeline.LastCycle.Targets[asset];

    private UInt256 Units(int asset, double tokens) =>
        UInt256.TryFromDoubleFloor(tokens * Math.Pow(10, _setup.Assets[asset].Decimals), out UInt256 units) ? units : UInt256.One;

    private void Send(ref MarketEvent e, bool endOfBatch)
    {
        e.UnixNs = _unixNs;
        _pipeline.OnEvent(in e, _sequence++, endOfBatch);
    }

    private static void AddPool(Pool pool, List<MarketEvent> events)
    {
        Add(MarketEventKind.PoolReset, default);
        if (pool.Facts.TickSpacing == 0)
        {
            Add(MarketEventKind.Reserves, new MarketEvent { Reserves = new PoolReserves { Reserve0 = Depth, Reserve1 = Depth } });
        }
        else
        {
            int edge = 100_000 / pool.Facts.TickSpacing * pool.Facts.TickSpacing;
            Add(MarketEventKind.Concentrated, new MarketEvent
            {
                Concentrated = new ConcentratedState { SqrtPriceX96 = UInt256.One << 96, Liquidity = Depth },
            });
            Add(MarketEventKind.TickLiquidity, new MarketEvent { Tick = new TickLiquidity { Index = -edge, Gross = Depth, Net = (Int128)Depth } });
            Add(MarketEventKind.TickLiquidity, new MarketEvent { Tick = new TickLiquidity { Index = edge, Gross = Depth, Net = -(Int128)Depth } });
        }
        Add(MarketEventKind.PoolReady, default);

        void Add(MarketEventKind kind, MarketEvent e)
        {
            e.Kind = kind;
            e.Subject = pool.Id.Value;
            events.Add(e);
        }
    }

    private sealed class Asked(IRiskCheck check) : IRiskCheck
    {
        public bool WantsPlan => check.WantsPlan;

        public bool WantsHighWater => check.WantsHighWater;

        public void Trim(RebalanceCycle cycle) => check.Trim(cycle);

        public RiskVerdict Check(RebalanceCycle cycle)
        {
            check.Check(cycle);
            return RiskVerdict.Approved;
        }
    }
}
