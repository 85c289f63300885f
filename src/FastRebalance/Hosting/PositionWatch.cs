using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Messaging;
using FastRebalance.Reports;

namespace FastRebalance.Hosting;

/// <summary>
/// Says at each head where a position stands: reads the inbound ring on the journal's thread, which has time, with a state of its own, so that
/// nobody looks over the engine's shoulder.
/// </summary>
internal sealed class PositionWatch : IBatchHandler<MarketEvent>
{
    private readonly MarketState _market;
    private readonly RebalanceCycle _cycle;
    private readonly Position _position;
    private readonly ConfigFile _config;
    private readonly RangeAdvisor[] _advisors;
    private PositionReport? _latest;

    /// <param name="setup">Of the run; pools are not followed.</param>
    /// <param name="config">With a position.</param>
    /// <param name="position">One of its own.</param>
    public PositionWatch(ResolvedSetup setup, ConfigFile config, Position position)
    {
        _market = new MarketState(setup.ToEngineSetup() with { Pools = [] });
        _cycle = new RebalanceCycle(_market, new Engine.Risk.RiskBounds(0, default), config.Numeraire);
        _position = position;
        _config = config;
        _advisors = position.Ranges is { } terms ? [.. position.Follows.Select((one, place) => new RangeAdvisor(terms, place, one.Asset, one.Cash))] : [];
    }

    /// <summary>As of the newest head; null before the market has told. Any thread.</summary>
    public PositionReport? Latest => Volatile.Read(ref _latest);

    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        for (long sequence = lo; sequence <= hi; sequence++)
        {
            ref readonly MarketEvent e = ref ring[sequence];
            _market.Apply(in e);
            if (e.Kind == MarketEventKind.Head)
                Look();
        }
    }

    private void Look()
    {
        if (_market.IsComplete)
            foreach (RangeAdvisor advisor in _advisors)
                advisor.Observe(_market);
        Volatile.Write(ref _latest, PositionReport.Of(_config, _position, _cycle, _advisors) ?? _latest);
    }
}
