using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;
using FastRebalance.Explaining;
using FastRebalance.Hosting;
using FastRebalance.Reloading;

namespace FastRebalance.Watching;

/// <summary>
/// Books and an engine of its own, fed with a run's events: where each weight, band and trigger stands, and at which prices triggers fire. One thread.
/// </summary>
/// <remarks>
/// Weights are of what is held: an order under way is not counted in until the chain has filled it. Triggers that remember see the passes that are made
/// here, which are fewer than the run's; what they say may lag behind, and no price is looked for on their behalf.
/// </remarks>
internal sealed class MarketViewer
{
    private const double WeiPerGwei = 1e9;
    private const double NsPerSecond = 1e9;

    private readonly ConfigFile _config;
    private readonly IConfigurations? _later;
    private Words _words;
    private readonly ThrowAwayEngine _engine;
    private readonly ThrowAwayEngine _probe;
    private readonly Dictionary<(PolicyTier Tier, int Place), IReadOnlyList<FiringPrice>> _firesAt = [];
    private long _headUnixNs;
    private long _newestPriceUnixNs;

    /// <exception cref="ConfigException">The policy cannot be built.</exception>
    public MarketViewer(ResolvedSetup setup, ConfigFile config, IConfigurations? later = null)
    {
        _config = config;
        _later = later;
        _words = new Words(config);
        _engine = ThrowAwayEngine.Create(setup, config, later);
        // Made-up prices must not be remembered, now or by a trigger that comes later.
        bool mayRemember = later is not null || TriggersOf(_engine.Policy).Any(static one => one.Trigger.HasMemory);
        _probe = mayRemember ? ThrowAwayEngine.CreateWithoutMemory(setup, config, later) : _engine;
    }

    public void Apply(in MarketEvent e)
    {
        _engine.Apply(e);
        if (_probe != _engine)
            _probe.Apply(e);
        if (e.Kind == MarketEventKind.Head)
            _headUnixNs = e.UnixNs;
        else if (e.Kind == MarketEventKind.Price)
            _newestPriceUnixNs = Math.Max(_newestPriceUnixNs, e.UnixNs);
        else if (e.Kind == MarketEventKind.Configuration)
            Renew(in e);
    }

    /// <summary>What was found of the triggers before is nothing to these.</summary>
    private void Renew(in MarketEvent e)
    {
        if (_later is not null)
            _words = new Words(_later.At(in e.Configuration));
        _firesAt.Clear();
    }

    /// <summary>The books speak of one block, and are whole: a search would find something.</summary>
    public bool CanSearch => _probe.Market.IsComplete && _probe.Market.IsConsistent;

    /// <summary>Looks for the prices at which each trigger fires: some hundred passes for each asset and trigger.</summary>
    public void Search()
    {
        if (!CanSearch)
            return; // in the midst of a block what was found before holds
        _firesAt.Clear();
        foreach ((PolicyTier tier, int place, ITrigger trigger) in TriggersOf(_probe.Policy))
            if (!trigger.HasMemory)
                _firesAt[(tier, place)] = [.. FiringPrices(trigger).OrderBy(static price => Math.Abs(price.MovePercent))];
    }

    /// <summary>How it all stands. Null in the midst of a block: the view before it holds.</summary>
    public MarketView? View()
    {
        MarketState market = _engine.Market;
        if (!market.IsConsistent && market.HeadBlock > 0)
            return null;
        _engine.Fires();
        RebalanceCycle cycle = _engine.Cycle;
        bool isMeasured = market.IsComplete && cycle.TotalNumeraire > 0 && double.IsFinite(cycle.MaxDrift);
        return new MarketView
        {
            UnixNs = market.NowUnixNs,
            HeadUnixNs = _headUnixNs,
            NewestPriceUnixNs = _newestPriceUnixNs,
            HeadBlock = market.HeadBlock,
            IsConsistent = market.IsConsistent,
            ValueNumeraire = isMeasured ? cycle.TotalNumeraire : null,
            MaxDriftBps = isMeasured ? Bps.FromFraction(cycle.MaxDrift).Value : null,
            WorstAsset = isMeasured ? _words.SymbolOf(cycle.WorstAsset) : "",
            Assets = [.. Enumerable.Range(0, market.AssetCount).Select(i => AssetAt(AssetId.FromIndex(i), isMeasured))],
            Triggers = [.. TriggersOf(_engine.Policy).Select(one => TriggerAt(one.Tier, one.Place, one.Trigger, isMeasured))],
            BaseFeeGwei = market.BaseFeePerGasWei / WeiPerGwei,
            TipGwei = market.PriorityFeePerGasWei / WeiPerGwei,
            GasTodayNumeraire = market.GasSpentToday,
        };
    }

    private static IEnumerable<(PolicyTier Tier, int Place, ITrigger Trigger)> TriggersOf(PortfolioPolicy policy) =>
        (policy.Safety?.Triggers ?? []).Select(static (trigger, i) => (PolicyTier.Safety, i + 1, trigger))
            .Concat(policy.Triggers.Select(static (trigger, i) => (PolicyTier.Economic, i + 1, trigger)));

    private AssetState AssetAt(AssetId asset, bool isMeasured)
    {
        RebalanceCycle cycle = _engine.Cycle;
        MarketState market = _engine.Market;
        int i = asset.Index;
        double? weight = isMeasured ? Known(cycle.Weights[i]) : null;
        double? target = isMeasured ? Known(cycle.Targets[i]) : null;
        double band = isMeasured ? TriggersOf(_engine.Policy).Min(one => one.Trigger.HalfWidth(cycle, asset)) : double.PositiveInfinity;
        return new AssetState(
            _words.SymbolOf(asset), market.Quantities[i], market.Prices[i] > 0 ? market.Prices[i] : null,
            asset != cycle.Numeraire && market.Prices[i] > 0 ? (market.NowUnixNs - market.PriceUnixNs(asset)) / NsPerSecond : null,
            isMeasured ? Known(cycle.Values[i]) : null, weight, target, Known((target ?? double.NaN) - band), Known((target ?? double.NaN) + band),
            isMeasured ? Known(Bps.FromFraction(cycle.Drift[i]).Value) : null);
    }

    private TriggerState TriggerAt(PolicyTier tier, int place, ITrigger trigger, bool isMeasured)
    {
        // Asked the same again, a trigger says the same.
        TriggerReading reading = isMeasured ? trigger.Read(_engine.Cycle) : TriggerReading.None;
        bool tells = reading.Unit != TriggerUnit.None;
        return new TriggerState(
            Words.NameOf(tier), place, _words.KindOf(tier, place), isMeasured && trigger.Fires(_engine.Cycle), _words.ReadingOf(reading),
            tells ? Known(reading.Value) : null, tells ? Known(reading.Limit) : null, Words.NameOf(reading.Unit), tells ? Known(reading.Nearness) : null,
            _firesAt.GetValueOrDefault((tier, place)) ?? [], !trigger.HasMemory);
    }

    private IEnumerable<FiringPrice> FiringPrices(ITrigger trigger)
    {
        for (int i = 0; i < _probe.Market.AssetCount; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            if (asset == _config.Numeraire)
                continue;
            if (Firing(trigger, asset, +1, PriceSearch.LargestRise) is { } up)
                yield return up;
            if (Firing(trigger, asset, -1, PriceSearch.LargestFall) is { MovePercent: < 0 } down) // one that fires now was told already
                yield return down;
        }
    }

    private FiringPrice? Firing(ITrigger trigger, AssetId asset, int direction, double farthest)
    {
        (double price, long at) = (_probe.Market.Prices[asset.Index], _probe.Market.PriceUnixNs(asset));
        double? move = PriceSearch.NearestFiring(_probe, [asset], direction, farthest, engine =>
        {
            engine.Fires(); // values, aims and measures
            return trigger.Fires(engine.Cycle);
        });
        _probe.SetPrice(asset, price, at);
        return move is { } change ? new FiringPrice(_words.SymbolOf(asset), price * (1 + change), change * 100) : null;
    }

    private static double? Known(double number) => double.IsFinite(number) ? number : null;
}
