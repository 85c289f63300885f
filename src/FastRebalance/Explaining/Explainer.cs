using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Triggers;
using FastRebalance.Hosting;
using FastRebalance.Reloading;
using FastRebalance.Replaying;
using FastRebalance.Reports;

namespace FastRebalance.Explaining;

/// <summary>
/// Says what would fire and, where nothing is traded, why: at the chain's head or where a journal ends, at the prices there or at others.
/// One engine makes the pass that is told; a second one, with the same state, is asked about prices that never were.
/// </summary>
/// <remarks>
/// Prices that are given change what the portfolio is worth. The pools stay as they are, so that a route at a made-up price may be worse
/// than its bound. At the head there is no plan and no second source: checks and triggers that go by them say so.
/// </remarks>
public sealed class Explainer
{
    private readonly ConfigFile _config;
    private readonly ResolvedSetup _setup;
    private readonly Words _words;
    private readonly ThrowAwayEngine _engine;
    private readonly ThrowAwayEngine _probe;

    private readonly Action<ConfigurationChange>? _onChange;

    private Explainer(ConfigFile config, ResolvedSetup setup, RunConfigurations? run = null, Action<ConfigurationChange>? onChange = null)
    {
        _config = config;
        _setup = setup;
        _onChange = onChange;
        _words = new Words(config);
        // By the run's own configurations one after the other where the last of them is the one asked about; by that one throughout else.
        ConfigFile first = run is { EndsWith: true } ? run.First : config;
        IConfigurations? later = run is null ? null : run.EndsWith ? run : new Unchanging(config);
        _engine = ThrowAwayEngine.Create(setup, first, later);
        _probe = ThrowAwayEngine.CreateWithoutMemory(setup, first, later);
    }

    /// <summary>At the current head, with the feed of a live run. Sends nothing.</summary>
    /// <exception cref="TimeoutException">The node told no head for half a minute.</exception>
    public static async Task<Explanation> AtHeadAsync(PreparedRun run, IReadOnlyList<WhatIfPrice> prices, CancellationToken cancellation)
    {
        Explainer explainer = new(run.Config, run.Setup);
        await HeadFollowing.FollowToHeadAsync(run, explainer.Apply, cancellation).ConfigureAwait(false);
        return explainer.Explain("chain", prices);
    }

    /// <summary>On events as they come; they end with a head.</summary>
    internal static Explanation After(ConfigFile config, ResolvedSetup setup, IEnumerable<MarketEvent> events, IReadOnlyList<WhatIfPrice> prices)
    {
        Explainer explainer = new(config, setup);
        foreach (MarketEvent e in events)
            explainer.Apply(e);
        return explainer.Explain("events", prices);
    }

    /// <summary>Where a run's journal ends, at the state of its last pass; needs no chain.</summary>
    /// <param name="config">What the portfolio is held to; it may be another than the run's.</param>
    /// <param name="journal">A run's folder, or the folder of all runs: then the newest.</param>
    /// <param name="prices">Prices to decide on instead.</param>
    /// <param name="keep">How many of the run's last decisions are told.</param>
    /// <exception cref="ConfigException">The policy cannot be built, or the journal is of other assets.</exception>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public static Explanation FromJournal(ConfigFile config, string journal, IReadOnlyList<WhatIfPrice> prices, int keep)
    {
        JournalWalk walk = JournalWalk.Open(journal);
        List<ConfigProblem> problems = [];
        walk.RequireAssets(config, problems);
        if (problems.Count > 0)
            throw new ConfigException(problems);
        RunConfigurations? run = RunConfigurations.Of(walk, config);
        DecisionHistory history = new(keep, new Words(run?.First ?? config));
        Explainer explainer = new(config, walk.Setup, run, run is null ? null : change => history.Renew(new Words(run.At(in change))));
        explainer.Relive(walk, history);
        return explainer.Explain(walk.Folder, prices) with
        {
            History = history.Report(walk.Torn, walk.Gap) with { Configurations = 1 + (run?.Changes ?? 0), IsByTheLast = run?.EndsWith ?? true },
        };
    }

    private void Apply(MarketEvent e) => Apply(e, sequence: 0);

    private void Apply(MarketEvent e, long sequence)
    {
        if (e.Kind == MarketEventKind.Configuration)
            _onChange?.Invoke(e.Configuration);
        _engine.Apply(e);
        _probe.Apply(e);
    }

    /// <summary>Every event, every pass and every order as recorded: what the policy would have ordered is not what the account did.</summary>
    private void Relive(JournalWalk walk, DecisionHistory history)
    {
        while (walk.TryReadOrder(out OrderEvent order))
        {
            bool isThere = order.Kind == OrderEventKind.Passes
                ? TryRelivePasses(walk, in order.Passes, history)
                : TryReliveDecision(walk, in order, history);
            if (!isThere)
                return; // a crash took the decision's own events along, or there is a gap
        }
    }

    private bool TryRelivePasses(JournalWalk walk, in PassRun run, DecisionHistory history)
    {
        long sequence = run.FirstSequence;
        for (int pass = 0; pass < run.Count; pass++)
        {
            if (pass > 0)
                sequence += run.Steps[pass - 1];
            if (!walk.TryApplyThrough(sequence, Apply))
                return false;
            SeePass();
        }
        history.Take(in run, _engine.Market.NowUnixNs);
        return true;
    }

    private bool TryReliveDecision(JournalWalk walk, in OrderEvent decision, DecisionHistory history)
    {
        if (!walk.TryApplyThrough(decision.InputSequence, Apply))
            return false;
        SeePass();
        history.Take(in decision.Decision, _engine.Market.NowUnixNs);
        OrderLeg[] legs = new OrderLeg[decision.LegCount];
        for (int i = 0; i < legs.Length; i++)
        {
            if (!walk.TryReadOrder(out OrderEvent leg))
                return false;
            legs[i] = leg.Leg;
        }
        if (legs.Length > 0)
        {
            _engine.Market.OpenOrder(legs, decision.Decision.Tier);
            _probe.Market.OpenOrder(legs, decision.Decision.Tier);
        }
        return true;
    }

    private void SeePass()
    {
        _engine.SeePass();
        _probe.SeePass();
    }

    private Explanation Explain(string source, IReadOnlyList<WhatIfPrice> prices)
    {
        foreach (WhatIfPrice price in prices)
        {
            _engine.SetPrice(price.Asset, price.NumerairePerToken);
            _probe.SetPrice(price.Asset, price.NumerairePerToken);
        }
        DecisionOutcome outcome = _engine.Decide(out var answers);
        RebalanceCycle cycle = _engine.Cycle;
        MarketState market = _engine.Market;
        return new Explanation
        {
            Portfolio = _config.Portfolio.Name,
            Generation = market.Generation,
            Source = source,
            Block = market.HeadBlock,
            Time = DateTimeOffset.UnixEpoch.AddTicks(market.NowUnixNs / TimeSpan.NanosecondsPerTick),
            Numeraire = _setup.Numeraire,
            ValueNumeraire = cycle.TotalNumeraire,
            Assets = [.. Enumerable.Range(0, market.AssetCount).Select(i => AssetAt(i, prices))],
            Triggers = [.. TriggersOf(PolicyTier.Safety, _engine.Policy.Safety?.Triggers ?? []), .. TriggersOf(PolicyTier.Economic, _engine.Policy.Triggers)],
            Verdict = Words.NameOf(outcome.Verdict),
            Reason = _words.ReasonOf(in outcome),
            Trades = [.. cycle.Trades.ToArray().Select(TradeOf)],
            Checks = [.. answers.Select(a => new CheckLine(Words.NameOf(a.Tier), Words.NameOf(a.Check), Words.NameOf(a.Verdict), _words.SymbolOf(a.Asset)))],
            Route = Words.NameOf(outcome.Route),
            Legs = [.. cycle.Legs.ToArray().Select(LegOf)],
            Position = _engine.Policy.Target is PositionTarget target ? PositionReport.Of(_config, target.Position, cycle) : null,
            NextPrices = NextPrices(),
            NotSearched = [.. Remembering(PolicyTier.Safety, _engine.Policy.Safety?.Triggers ?? []), .. Remembering(PolicyTier.Economic, _engine.Policy.Triggers)],
        };
    }

    private AssetLine AssetAt(int index, IReadOnlyList<WhatIfPrice> prices)
    {
        AssetId asset = AssetId.FromIndex(index);
        RebalanceCycle cycle = _engine.Cycle;
        MarketState market = _engine.Market;
        bool isGiven = prices.Any(p => p.Asset == asset);
        bool isPriced = asset != cycle.Numeraire && market.Prices[index] > 0;
        bool isReferenced = asset != cycle.Numeraire && market.ReferencePrices[index] > 0;
        return new AssetLine(
            _words.SymbolOf(asset),
            market.Quantities[index],
            market.Prices[index],
            isGiven,
            isPriced ? (market.NowUnixNs - market.PriceUnixNs(asset)) / 1e9 : null,
            isReferenced ? market.ReferencePrices[index] : null,
            Finite(cycle.Values[index]),
            Finite(cycle.Weights[index]),
            Finite(cycle.Targets[index]),
            Finite(Bps.FromFraction(cycle.Drift[index]).Value));
    }

    private IEnumerable<TriggerLine> TriggersOf(PolicyTier tier, IReadOnlyList<ITrigger> triggers)
    {
        for (int i = 0; i < triggers.Count; i++)
        {
            // Asked the same again, a trigger says the same.
            bool isMeasured = _engine.Market.IsComplete && _engine.Cycle.TotalNumeraire > 0;
            TriggerReading reading = isMeasured ? triggers[i].Read(_engine.Cycle) : TriggerReading.None;
            yield return new TriggerLine(
                Words.NameOf(tier), i + 1, _words.KindOf(tier, i + 1), isMeasured && triggers[i].Fires(_engine.Cycle), _words.ReadingOf(reading),
                reading.Unit != TriggerUnit.None && double.IsFinite(reading.Nearness) ? reading.Nearness : null);
        }
    }

    private IEnumerable<string> Remembering(PolicyTier tier, IReadOnlyList<ITrigger> triggers)
    {
        for (int i = 0; i < triggers.Count; i++)
            if (triggers[i].HasMemory)
                yield return _words.TriggerOf(tier, i + 1);
    }

    private List<NextPriceLine> NextPrices()
    {
        List<NextPriceLine> lines = [];
        if (!_probe.Market.IsComplete)
            return lines;
        PriceSearch search = new(_probe, _words);
        for (int i = 0; i < _probe.Market.AssetCount; i++)
            if (AssetId.FromIndex(i) != _config.Numeraire)
                lines.Add(search.Around(AssetId.FromIndex(i)));
        return lines;
    }

    private TradeLine TradeOf(Trade trade) =>
        new(_words.SymbolOf(trade.Sell), _words.SymbolOf(trade.Buy), trade.AmountIn.ToString(), Finite(trade.ValueNumeraire));

    private LegLine LegOf(OrderLeg leg) => new(
        _words.SymbolOf(leg.Sell), _words.SymbolOf(leg.Buy), leg.AmountIn.ToString(), leg.ExpectedOut.ToString(), leg.MinimumOut.ToString(),
        [.. Enumerable.Range(0, leg.HopCount).Select(hop => _setup.Pools[leg.Pool(hop).Index].Address)]);

    /// <summary>JSON has no word for what is not a number; it stands where nothing could be measured.</summary>
    private static double Finite(double number) => double.IsFinite(number) ? number : 0;
}
