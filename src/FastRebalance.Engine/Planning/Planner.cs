using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Targets;
using FastRebalance.Kernels;

namespace FastRebalance.Engine.Planning;

/// <summary>
/// The slow loop: watches the same events as the engine and now and then makes a plan of them: target weights where an optimiser finds
/// them, estimates, covariance and no-trade regions. A pure function of the events it was shown: no clock, no random number, no thread
/// of its own.
/// </summary>
/// <remarks>
/// <see cref="Observe"/> and <see cref="Freeze"/> belong to one thread and cost little; <see cref="Write"/>, which does the work, may run
/// on another meanwhile, but never beside a <see cref="Freeze"/>.
/// </remarks>
public sealed class Planner
{
    private readonly MarketState _market;
    private readonly RebalanceCycle _cycle;
    private readonly ITarget _target;
    private readonly bool _isAllocated;
    private readonly PlannerOptions _options;
    private readonly MarketSampler _sampler;
    private readonly PlanInput _input;
    private readonly PlanMaker _maker;
    private readonly long _sampleNs;
    private readonly long _planNs;
    private long _nextSampleUnixNs;
    private long _planCell = long.MinValue;
    private bool _hasWeights;

    /// <param name="setup">The engine's. Its pools are left alone: they are the engine thread's.</param>
    /// <param name="target">One of its own, not the engine's: it may have a memory.</param>
    /// <param name="options">Checked where they were read.</param>
    public Planner(EngineSetup setup, ITarget target, PlannerOptions options)
    {
        _market = new MarketState(setup with { Pools = [] });
        _cycle = new RebalanceCycle(_market, new RiskBounds(0, default), setup.Numeraire);
        _target = target;
        _isAllocated = target is IPlanned;
        _options = options;
        _sampler = new MarketSampler(_market, setup.Numeraire, options);
        _input = new PlanInput(setup.Assets.Count);
        _maker = new PlanMaker((target as IPlanned)?.Allocator, setup.Assets.Count, setup.Numeraire, options);
        _sampleNs = (long)options.SampleEvery.TotalNanoseconds;
        _planNs = (long)options.Every.TotalNanoseconds;
    }

    /// <summary>Samples taken in so far.</summary>
    public int Samples => _sampler.Samples;

    /// <summary>Samples passed over because a price was missing or old.</summary>
    public long SkippedSamples => _sampler.Skipped;

    /// <summary>Takes one event in. True when a plan is due: <see cref="Plan"/> is then to be called, now or a little later.</summary>
    public bool Observe(in MarketEvent e)
    {
        // The grid's moment lies before this event: what it tells is not sampled yet.
        bool isDue = e.UnixNs >= _nextSampleUnixNs && CrossGrid(e.UnixNs);
        _market.Apply(in e);
        return isDue;
    }

    /// <summary>
    /// Appends the events of a plan, made of what was observed so far, to be shown to the engine in this order. Appends nothing where
    /// there is nothing to say yet.
    /// </summary>
    public void Plan(List<MarketEvent> plan)
    {
        Freeze();
        Write(plan);
    }

    /// <summary>The first half of <see cref="Plan"/>: puts aside what the plan is to be made of.</summary>
    public void Freeze()
    {
        _input.NowUnixNs = _market.NowUnixNs;
        _input.TotalNumeraire = Value();
        _input.GasNumeraire = _options.GasPerRebalance * _sampler.AverageNumerairePerGas;
        _input.Stress = _sampler.Stress;
        _input.HasWeights = _hasWeights;
        _cycle.Targets.CopyTo(_input.Weights, 0);
        _sampler.CopyCovariance(_input.Covariance);
        _sampler.CopyAnchors(_input.Anchors);
    }

    /// <summary>The second half of <see cref="Plan"/>: makes the plan of what was put aside.</summary>
    public void Write(List<MarketEvent> plan) => _maker.Write(_input, plan);

    private bool CrossGrid(long unixNs)
    {
        bool isFirst = _nextSampleUnixNs == 0;
        long grid = _nextSampleUnixNs;
        _nextSampleUnixNs = ((unixNs / _sampleNs) + 1) * _sampleNs;
        if (isFirst)
            return false;
        _sampler.Sample(grid);
        Aim();
        long cell = grid / _planNs;
        if (cell == _planCell || !_sampler.IsWarm || !_market.IsComplete)
            return false;
        _planCell = cell;
        return true;
    }

    /// <summary>At every sample, so that a target with a memory sees what it must remember.</summary>
    private void Aim()
    {
        if (_isAllocated || !_market.IsComplete || !_market.IsConsistent)
            return;
        _cycle.Begin();
        _cycle.TotalNumeraire = Value();
        _hasWeights = _target.IsReady(_cycle);
        if (_hasWeights)
            _target.Aim(_cycle);
    }

    private double Value() => ValuationKernel.Measure(_market.Quantities, _market.Prices, _cycle.Values);
}
