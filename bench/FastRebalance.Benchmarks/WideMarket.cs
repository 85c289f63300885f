using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Benchmarks;

/// <summary>So many assets in equal parts, at prices that stay far inside the band; no pools, since nothing is ever to be routed.</summary>
internal sealed class WideMarket : IDecisionSink
{
    private const int Decimals = 6;
    private const double BandBps = 100;
    private const ulong Holding = 1_000_000_000;
    private const double Jitter = 1e-5;
    private const long UnixNs = 1_760_000_000L * 1_000_000_000;

    private readonly RebalancePipeline _pipeline;
    private readonly MarketEvent[] _prices;
    private long _sequence;
    private long _others;

    /// <param name="assets">The last of them is the numeraire.</param>
    /// <param name="fenced">False hides from the engine what it could spare itself, so that every pass values the whole portfolio.</param>
    public WideMarket(int assets, bool fenced)
    {
        AssetId numeraire = AssetId.FromIndex(assets - 1);
        string[] symbols = [.. Enumerable.Range(0, assets).Select(i => $"A{i}")];
        EngineSetup setup = new([.. symbols.Select(s => new EngineAsset(s, Decimals))], [], numeraire, AssetId.FromIndex(0), Epoch: 1);
        MarketState market = new(setup);
        DriftBandTrigger band = new(new() { AbsoluteBps = BandBps });
        PortfolioPolicy policy = new(
            PortfolioId.FromIndex(0),
            numeraire,
            new FixedWeightsTarget(new() { Weights = symbols.ToDictionary(s => s, _ => 1.0 / assets) }, symbols),
            [fenced ? band : new Unfenced(band)],
            new ToTargetSizer(new(), assets),
            [new KillSwitchCheck()],
            new RiskBounds(250_000, new Bps(50)),
            TimeSpan.FromSeconds(60));
        _pipeline = new RebalancePipeline(market, policy, new Router(setup, market, new ManagedPathSearch(assets, 0)), this);
        _prices = [.. Enumerable.Range(0, 2 * (assets - 1)).Select(i => Price(i % (assets - 1), 1 + (i < assets - 1 ? Jitter : -Jitter)))];
        Open(assets);
    }

    public long FencedPasses => _pipeline.Evaluation.FencedPasses;

    /// <summary>So many prices, each a batch of its own with a decision at its end.</summary>
    /// <exception cref="InvalidOperationException">One of the decisions was not to stay inside the band.</exception>
    public long Tick(int prices)
    {
        long decisions = _pipeline.Decisions;
        for (int i = 0, next = 0; i < prices; i++)
        {
            _pipeline.OnEvent(in _prices[next], _sequence++, endOfBatch: true);
            next = next + 1 == _prices.Length ? 0 : next + 1;
        }
        decisions = _pipeline.Decisions - decisions;
        if (decisions == prices && _others == 0)
            return decisions;
        throw new InvalidOperationException($"{decisions} decisions on {prices} prices, {_others} of them not to stay inside the band");
    }

    void IDecisionSink.Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        ref readonly OrderEvent first = ref decisionAndLegs[0];
        DecisionVerdict verdict = first.Kind == OrderEventKind.Passes ? first.Passes.Verdict : first.Decision.Verdict;
        if (verdict != DecisionVerdict.InsideBand)
            _others++;
    }

    private void Open(int assets)
    {
        for (int i = 0; i < assets; i++)
            Send(new MarketEvent { Kind = MarketEventKind.Holding, Subject = AssetId.FromIndex(i).Value, Holding = Holding });
        for (int i = 0; i < assets - 1; i++)
            Send(Price(i, 1));
        MarketEvent head = new() { Kind = MarketEventKind.Head };
        head.Head.BaseFeePerGasWei = 1_000_000_000;
        Send(head);
        _pipeline.Flush();
        _others = 0; // what it said before it knew everything
    }

    private void Send(MarketEvent e)
    {
        e.UnixNs = UnixNs;
        e.BlockNumber = 1;
        _pipeline.OnEvent(in e, _sequence++, endOfBatch: e.Kind == MarketEventKind.Head);
    }

    private static MarketEvent Price(int asset, double price) => new()
    {
        Kind = MarketEventKind.Price,
        Subject = AssetId.FromIndex(asset).Value,
        UnixNs = UnixNs,
        DueNs = MonotonicClock.NowNs, // a due time has each pass read the clock and record it, as in a live run
        BlockNumber = 1,
        Price = new PriceUpdate { NumerairePerToken = price },
    };

    private sealed class Unfenced(ITrigger trigger) : ITrigger
    {
        public bool Fires(RebalanceCycle cycle) => trigger.Fires(cycle);
    }
}
