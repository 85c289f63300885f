using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires when so much time has passed since the last order (or since the first pass, before any), unless the drift is too small
/// to bother: then it waits for more.
/// </summary>
public sealed class IntervalTrigger(IntervalTrigger.Options options) : ITrigger
{
    private readonly long _everyNs = (long)options.Every.TotalNanoseconds;
    private readonly double _minimumDrift = new Bps(options.MinimumDriftBps).Fraction;
    private long _startUnixNs = long.MinValue;

    public bool Fires(RebalanceCycle cycle)
    {
        if (_startUnixNs == long.MinValue)
            _startUnixNs = cycle.NowUnixNs;
        return cycle.NowUnixNs >= DueUnixNs(cycle) && cycle.MaxDrift >= _minimumDrift;
    }

    /// <summary>It takes both: until its time prices do not matter, and while the drift is too small time does not.</summary>
    public TriggerFence Fence(RebalanceCycle cycle) =>
        Bands.Fence(cycle, _minimumDrift).Or(TriggerFence.Until(DueUnixNs(cycle)), cycle.NowUnixNs);

    /// <summary>The time gone.</summary>
    public TriggerReading Read(RebalanceCycle cycle) => _startUnixNs == long.MinValue
        ? TriggerReading.None
        : new TriggerReading((_everyNs - (DueUnixNs(cycle) - cycle.NowUnixNs)) / 1e9, _everyNs / 1e9, TriggerUnit.Seconds);

    private long DueUnixNs(RebalanceCycle cycle) => Math.Max(_startUnixNs, cycle.Market.Orders.LastOrderUnixNs) + _everyNs;

    /// <summary>Options of <c>interval</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Time between rebalances.</summary>
        public TimeSpan Every { get; set; }

        /// <summary>With less drift than this it waits on.</summary>
        public double MinimumDriftBps { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (Every <= TimeSpan.Zero)
                yield return new("every", $"{Every}", "a time above zero, such as \"01:00:00\"");
            if (!(MinimumDriftBps >= 0 && MinimumDriftBps < Bps.PerUnit))
                yield return new("minimumDriftBps", $"{MinimumDriftBps}", "a number from 0 and below 10000");
        }
    }
}
