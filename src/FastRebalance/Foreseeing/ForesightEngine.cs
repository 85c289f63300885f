using FastRebalance.Configuration;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Triggers;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Explaining;
using FastRebalance.Hosting;
using FastRebalance.Reloading;

namespace FastRebalance.Foreseeing;

/// <summary>
/// Says what the desk would order at the nearest prices at which a trigger fires: each asset up and down, the others kept, and all of them together,
/// as they mostly go; the pools traded to those prices. An engine of its own decides, so that sizing, risk and routes are the desk's. One thread.
/// </summary>
/// <remarks>
/// Where the portfolio has a safety tier, its nearest price is looked for as well, and with a position that can be liquidated a row beyond it, each so
/// near the one before that its limit still holds there: a gap asks for more than the price where the ripcord just fires. A position whose safety fires
/// already, and waits for its own last trade or for a rest to end, has the row from where it stands.
/// </remarks>
internal sealed class ForesightEngine
{
    // The contract's own work beside the pools', and what a pool's oracle writes in a later second: unused gas is not paid.
    private const ulong GasAround = 150_000;

    // Safety is prepared for falls that economy has not to be.
    private const double FarthestFall = 0.35;

    // A limit of one price is worth taking down to this share of the slippage allowed: the rest is what selling moves the pools.
    private const double StepOfSlippage = 0.75;

    private readonly ThrowAwayEngine _engine;
    private readonly AssetId _numeraire;
    private readonly TimeSpan _blockTime;
    private readonly ForesightOptions _options;
    private readonly PoolShift _shift = new();
    private readonly double _step;
    private bool _economyFires;

    /// <exception cref="ConfigException">The policy cannot be built.</exception>
    public ForesightEngine(ResolvedSetup setup, ConfigFile config, TimeSpan blockTime, ForesightOptions options, IConfigurations? later = null)
    {
        _engine = ThrowAwayEngine.CreateWithoutMemory(setup, config, later);
        _numeraire = config.Numeraire;
        _blockTime = blockTime;
        _options = options;
        _step = Policy is { Target: PositionTarget, Safety: { } safety } ? StepOfSlippage * safety.Bounds.MaxSlippage.Fraction : 0;
    }

    // A position, and with it the step of its row, is not changed while a run goes on.
    private PortfolioPolicy Policy => _engine.Policy;

    public void Apply(in MarketEvent e) => _engine.Apply(e);

    /// <summary>What is held and wanted now, for whoever watches others move it; null while the state is not whole.</summary>
    public PortfolioWeights? Weights()
    {
        MarketState market = _engine.Market;
        if (!market.IsComplete)
            return null;
        _engine.Fires(); // aims and measures
        AssetId[] assets = [.. Enumerable.Range(0, market.AssetCount).Select(AssetId.FromIndex)];
        double[] units = [.. market.Holdings.ToArray().Select(static held => (double)held)];
        Pool[] pools = market.Pools.ToArray();
        return new PortfolioWeights(_numeraire, assets, units, [.. _engine.Cycle.Targets], [.. assets.Select(asset => PricePool(pools, asset))]);
    }

    /// <summary>The drift below which no trigger on weights fires, as a fraction; 0 where none goes by weights.</summary>
    public double Band()
    {
        double band = 0;
        foreach (ITrigger trigger in Policy.Triggers)
            if (trigger.Read(_engine.Cycle) is { Unit: TriggerUnit.Fraction, Limit: > 0 } reading && (band == 0 || reading.Limit < band))
                band = reading.Limit;
        return band;
    }

    private PoolId PricePool(Pool[] pools, AssetId asset) => asset == _numeraire
        ? PoolId.None
        : pools.Where(pool => pool.IsReady && pool.Other(asset) == _numeraire).MaxBy(pool => pool.DepthOf(_numeraire))?.Id ?? PoolId.None;

    /// <summary>
    /// The orders of the nearest firing prices, the nearest first; none while the state is not whole. What fires already is not foreseen, but for a
    /// position's safety.
    /// </summary>
    public IReadOnlyList<ForeseenOrder> Foresee()
    {
        if (!_engine.Market.IsComplete || !_engine.Market.IsConsistent)
            return [];
        _economyFires = _engine.Fires();
        bool safetyFires = _engine.Cycle.Tier == PolicyTier.Safety;
        if (_economyFires && (Policy.Safety is null || (safetyFires && _step == 0)))
            return [];
        List<(double Move, ForeseenOrder Order)> found = [];
        AssetId[] all = [.. Enumerable.Range(0, _engine.Market.AssetCount).Select(AssetId.FromIndex).Where(asset => asset != _numeraire)];
        foreach (AssetId asset in all)
            if (safetyFires)
                AddRows(asset, found);
            else
                SeekBothWays([asset], found);
        if (!safetyFires && all.Length > 1 && Policy.Target is not PositionTarget) // one pair of assets alone moves a position
            SeekBothWays(all, found);
        return Nearest(found);
    }

    private void AddRows(AssetId asset, List<(double, ForeseenOrder)> found)
    {
        (double Price, long At)[] now = [Now(asset)];
        AddRow([asset], now, -1, 0, found);
        AddRow([asset], now, +1, 0, found);
    }

    /// <summary>Each order once, the nearest first; so many of each tier.</summary>
    private List<ForeseenOrder> Nearest(List<(double Move, ForeseenOrder Order)> found)
    {
        List<(double Move, ForeseenOrder Order)> kept = [];
        foreach ((double Move, ForeseenOrder Order) one in found.OrderBy(static one => one.Move))
        {
            int most = one.Order.Tier == PolicyTier.Safety ? _options.MaxSafetyOrders : _options.MaxOrders;
            if (kept.Count(other => other.Order.Tier == one.Order.Tier) < most && !kept.Exists(other => other.Order.AsksTheSameAs(one.Order)))
                kept.Add(one);
        }
        return [.. kept.OrderBy(static one => one.Move).Select(static (one, rank) => one.Order with { Rank = rank })];
    }

    private void SeekBothWays(AssetId[] assets, List<(double, ForeseenOrder)> found)
    {
        Seek(assets, +1, found);
        Seek(assets, -1, found);
    }

    private void Seek(AssetId[] assets, int direction, List<(double, ForeseenOrder)> found)
    {
        (double Price, long At)[] now = [.. assets.Select(Now)];
        if (!_economyFires && PriceSearch.NearestFiring(_engine, assets, direction, _options.LargestMove) is { } change)
            AddAt(assets, now, change, found);
        if (Policy.Safety is null)
            return;
        PutBack(assets, now);
        double farthest = direction < 0 ? Math.Max(_options.LargestMove, FarthestFall) : _options.LargestMove;
        double? safety = PriceSearch.NearestFiring(_engine, assets, direction, farthest, PolicyTier.Safety);
        PutBack(assets, now);
        if (safety is not { } first)
            return;
        if (_step > 0)
            AddRow(assets, now, direction, first, found);
        else
            AddAt(assets, now, first, found);
    }

    private void AddRow(AssetId[] assets, (double, long)[] now, int direction, double first, List<(double, ForeseenOrder)> found)
    {
        double price = 1 + first;
        for (int i = 0; i < _options.MaxSafetyOrders; i++, price *= 1 + (direction * _step))
            AddAt(assets, now, price - 1, found);
    }

    private (double Price, long At) Now(AssetId asset) => (_engine.Market.Prices[asset.Index], _engine.Market.PriceUnixNs(asset));

    /// <summary>What is decided at this change of the prices; the state is as before afterwards.</summary>
    private void AddAt(AssetId[] assets, (double Price, long At)[] now, double change, List<(double, ForeseenOrder)> found)
    {
        for (int i = 0; i < assets.Length; i++)
        {
            _shift.Move(_engine.Market.Pools, assets[i], 1 + change);
            _engine.SetPrice(assets[i], now[i].Price * (1 + change), now[i].At);
        }
        DecisionOutcome outcome = _engine.Decide(out _);
        // A move into a lending market is signed when it is asked for: it races nobody.
        if (outcome.Verdict == DecisionVerdict.Order && _engine.Cycle.LegCount > 0 && !HasMove(_engine.Cycle.Legs))
            found.Add((Math.Abs(change), OrderOf(in outcome)));
        _shift.PutBack();
        PutBack(assets, now);
    }

    private static bool HasMove(ReadOnlySpan<OrderLeg> legs)
    {
        foreach (ref readonly OrderLeg leg in legs)
            if (leg.IsMove)
                return true;
        return false;
    }

    private void PutBack(AssetId[] assets, (double Price, long At)[] now)
    {
        for (int i = 0; i < assets.Length; i++)
            _engine.SetPrice(assets[i], now[i].Price, now[i].At);
    }

    private ForeseenOrder OrderOf(in DecisionOutcome outcome)
    {
        long seconds = (long)Policy.Deadline.TotalSeconds;
        ulong blocks = Math.Min((ulong)(seconds / _blockTime.TotalSeconds) + 1, (ulong)_options.MaxBlocksAhead);
        MarketState market = _engine.Market;
        OrderLeg[] legs = _engine.Cycle.Legs.ToArray();
        market.KeepTheRest(legs);
        return new ForeseenOrder
        {
            Portfolio = Policy.Portfolio,
            Tier = outcome.Tier,
            Legs = legs,
            Head = market.HeadBlock,
            MaxBlock = market.HeadBlock + blocks,
            DeadlineUnixSeconds = (market.NowUnixNs / 1_000_000_000) + seconds,
            GasLimit = (2UL * outcome.ExpectedGas) + GasAround,
        };
    }
}
