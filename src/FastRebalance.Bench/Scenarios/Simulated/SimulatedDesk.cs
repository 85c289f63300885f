using System.Diagnostics;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>The real engine with one leveraged position over a simulated world: blocks come as the feed would tell them, orders are mined as the world lets them.</summary>
internal sealed class SimulatedDesk : IDecisionSink
{
    private const double HealthFloor = 1.05;
    private const double LongestWaitSeconds = 180;
    private const uint OrderGas = 700_000;
    private const long NsPerSecond = 1_000_000_000;

    private readonly LendingWorld _world;
    private readonly CrashVariant _variant;
    private readonly Reaction _reaction;
    private readonly RebalancePipeline _pipeline;
    private readonly List<MarketEvent> _events = [];
    private readonly List<OrderEvent> _published = [];
    private readonly List<double> _reactions = [];
    private Open? _open;
    private double _seenAt;
    private long _sequence = -1;
    private ulong _height = 1;
    private double _before;
    private string _ripcordsAt = "no ripcord";

    /// <param name="options">Of the position, checked.</param>
    /// <param name="start">The world before its first block.</param>
    /// <param name="variant">The oracle's and the blocks' temper.</param>
    /// <param name="reaction">How fast the desk is.</param>
    /// <param name="equity">USDC at the first block.</param>
    /// <param name="leverage">The position that is opened there.</param>
    public SimulatedDesk(LeveragePosition.Options options, in WorldBlock start, CrashVariant variant, Reaction reaction, double equity, double leverage)
    {
        (_variant, _reaction) = (variant, reaction);
        _world = new LendingWorld(variant, in start);
        if (leverage > 0)
            _world.Open(LendingWorld.Weth, leverage * equity / start.Price, LendingWorld.Usdc, (leverage - 1) * equity);
        else
            _world.Open(LendingWorld.Usdc, (1 - leverage) * equity, LendingWorld.Weth, -leverage * equity / start.Price);
        StartEquity = equity;
        LeveragePosition position = new(options, LendingWorld.Symbols);
        EngineSetup setup = new([new("USDC", 6), new("WETH", 18)], [LendingWorld.NewPool()], LendingWorld.Usdc, LendingWorld.Weth, Epoch: 1) { Borrows = true };
        MarketState market = new(setup);
        IRiskCheck[] checks = [new KillSwitchCheck(), new LendingCheck(position, 2, HealthFloor, new Bps(300))];
        PolicyTerms Terms(PolicyTier tier, double slippageBps) =>
            new([new PositionTrigger(position, tier)], new PositionSizer(position, new double[2]), checks, new RiskBounds(1e12, new Bps(slippageBps)));
        PolicyTerms economic = Terms(PolicyTier.Economic, 100);
        PortfolioPolicy policy = new(
            PortfolioId.FromIndex(0), LendingWorld.Usdc, new PositionTarget(position), economic.Triggers, economic.Sizer, economic.RiskChecks, economic.Bounds,
            TimeSpan.FromSeconds(LongestWaitSeconds))
        {
            Safety = Terms(PolicyTier.Safety, 500),
        };
        _pipeline = new RebalancePipeline(market, policy, new Router(setup, market, new ManagedPathSearch(2, 2)), this);
    }

    public double StartEquity { get; }

    public long Liquidations { get; private set; }

    public long Ripcords { get; private set; }

    public long Trades { get; private set; }

    public long Reverts { get; private set; }

    public double CostUsdc { get; private set; }

    /// <summary>Milliseconds from a block that called for an order to the order.</summary>
    public IReadOnlyList<double> Reactions => _reactions;

    public double Leverage => _world.Leverage();

    /// <summary>The farthest that leverage went.</summary>
    public double Farthest { get; private set; }

    /// <summary>What was on the way when it was liquidated, for whoever asks why.</summary>
    public string Fate { get; private set; } = "";

    /// <summary>How the newest pass ended.</summary>
    public DecisionOutcome Last { get; private set; }

    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => _published.AddRange(decisionAndLegs);

    /// <summary>Plays a block; false once the desk was liquidated.</summary>
    public bool Play(in WorldBlock block)
    {
        _height++;
        _before = _height > 2 ? _world.Leverage() : double.NaN;
        _world.Advance(in block, _events);
        Farthest = Math.Abs(_world.Leverage()) > Math.Abs(Farthest) ? _world.Leverage() : Farthest;
        // Before anything of ours: a liquidator stands right behind the oracle.
        if (_world.Health() < 1)
        {
            Liquidations++;
            Fate = $"{_ripcordsAt}, leverage {_before:F2} to {_world.Leverage():F2} in the last block, "
                + (_open is { } open ? $"a {open.Tier} order on the way for {_height - open.SentAt} blocks" : $"nothing on the way, the last pass {Last.Verdict} {Last.Risk}");
            return false;
        }
        Mine(in block);
        _world.AppendEvents(_events);
        MarketEvent head = new() { Kind = MarketEventKind.Head };
        head.Head.BaseFeePerGasWei = (ulong)(block.GasUsd / _world.Price / OrderGas * 1e18);
        head.Head.TimestampSeconds = block.UnixSeconds;
        _events.Add(head);
        Tell(in block);
        return true;
    }

    private void Mine(in WorldBlock block)
    {
        if (_open is not { } open)
            return;
        if (block.UnixSeconds > open.Deadline)
        {
            Report(open.Id, SubmitStatus.Dropped, in block);
            return;
        }
        if (block.UnixSeconds < open.EarliestSeconds || open.BlocksToWait-- > 0)
        {
            _open = open;
            return;
        }
        bool isMined = true;
        foreach ((int index, OrderLeg leg) in open.Legs.Index())
        {
            double price = _world.Price;
            isMined = _world.TryTrade(in leg, HealthFloor, _events, out UInt256 received);
            if (!isMined)
                break;
            LegFill fill = new() { OrderId = open.Id, LegIndex = (byte)index, Spent = leg.AmountIn, Received = received };
            _events.Add(new MarketEvent { Kind = MarketEventKind.LegFill, Fill = fill });
            CostUsdc += Worth(leg.Sell, leg.AmountIn, price) - Worth(leg.Buy, received, price);
        }
        CostUsdc += block.GasUsd;
        Trades += isMined ? 1 : 0;
        Reverts += isMined ? 0 : 1;
        Ripcords += isMined && open.Tier == PolicyTier.Safety ? 1 : 0;
        if (isMined && open.Tier == PolicyTier.Safety)
            _ripcordsAt = $"a ripcord {block.UnixSeconds % 86_400 / 60 / 60:D2}:{block.UnixSeconds / 60 % 60:D2}:{block.UnixSeconds % 60:D2}";
        Report(open.Id, isMined ? SubmitStatus.Included : SubmitStatus.Reverted, in block);
    }

    private void Report(ulong id, SubmitStatus status, in WorldBlock block)
    {
        MarketEvent e = new() { Kind = MarketEventKind.OrderReport };
        e.Order = new OrderReport { OrderId = id, Status = status, IncludedBlock = status == SubmitStatus.Dropped ? 0 : _height, GasUsed = OrderGas };
        _events.Insert(0, e);
        _open = null;
    }

    private void Tell(in WorldBlock block)
    {
        _seenAt = _reaction.SeenAt(block.UnixSeconds, _variant.PollPhase);
        _published.Clear();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < _events.Count; i++)
        {
            MarketEvent e = _events[i];
            (e.BlockNumber, e.UnixNs, e.DueNs) = (_height, block.UnixSeconds * NsPerSecond, MonotonicClock.NowNs);
            _pipeline.OnEvent(in e, ++_sequence, i == _events.Count - 1);
        }
        double engineMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        _events.Clear();
        if (_published.FindLast(e => e.Kind == OrderEventKind.Decision) is { Kind: OrderEventKind.Decision } last)
            Last = last.Decision;
        int at = _published.FindIndex(e => e.Kind == OrderEventKind.Decision && e.Decision.Verdict == DecisionVerdict.Order);
        if (at < 0)
            return;
        OrderEvent decision = _published[at];
        _open = new Open(
            decision.OrderId, decision.Decision.Tier, [.. _published.Skip(at + 1).Take(decision.LegCount).Select(e => e.Leg)],
            _reaction.EarliestBlock(_seenAt), decision.Decision.DeadlineUnixSeconds, block.IsCongested ? _variant.CongestionBlocks : 0, _height);
        _reactions.Add((_seenAt - block.UnixSeconds + _reaction.WorkSeconds * (_reaction.PollSeconds > 0 ? 1 : 0)) * 1_000 + engineMs);
    }

    private static double Worth(AssetId asset, in UInt256 units, double price) => LendingWorld.Tokens(asset, in units) * (asset == LendingWorld.Weth ? price : 1);

    private sealed record Open(ulong Id, PolicyTier Tier, OrderLeg[] Legs, double EarliestSeconds, long Deadline, int Wait, ulong SentAt)
    {
        public int BlocksToWait { get; set; } = Wait;
    }
}
