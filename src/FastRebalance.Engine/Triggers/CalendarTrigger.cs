using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires at points of the calendar (UTC): from the point on until an order has gone out, and no longer than its window. A point at which
/// the drift is too small to bother is passed over.
/// </summary>
public sealed class CalendarTrigger : ITrigger
{
    private readonly CronExpression _cron;
    private readonly double _minimumDrift;
    private readonly long _windowNs;
    private long _startUnixNs = long.MinValue;
    private long _passedOverUnixNs = long.MinValue;
    private long _afterUnixNs = long.MaxValue;
    private long _dueUnixNs = long.MaxValue;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    public CalendarTrigger(Options options)
    {
        _cron = CronExpression.TryParse(options.Cron, out CronExpression? cron, out string problem)
            ? cron
            : throw new ArgumentException(problem, nameof(options));
        _minimumDrift = new Bps(options.MinimumDriftBps).Fraction;
        _windowNs = (long)options.Window.TotalNanoseconds;
    }

    /// <summary>Whether the first pass after a point was worth an order decides about the point.</summary>
    public bool HasMemory => _minimumDrift > 0;

    public bool Fires(RebalanceCycle cycle)
    {
        if (_startUnixNs == long.MinValue)
            _startUnixNs = cycle.NowUnixNs;
        if (cycle.NowUnixNs < DueUnixNs(cycle))
            return false;
        if (cycle.MaxDrift < _minimumDrift)
            _passedOverUnixNs = cycle.NowUnixNs;
        return cycle.MaxDrift >= _minimumDrift;
    }

    public TriggerFence Fence(RebalanceCycle cycle) => TriggerFence.Until(DueUnixNs(cycle));

    /// <summary>Seconds until the next point, which fires at none; nothing to tell before the first pass.</summary>
    public TriggerReading Read(RebalanceCycle cycle) => _startUnixNs == long.MinValue
        ? TriggerReading.None
        : new TriggerReading((DueUnixNs(cycle) - cycle.NowUnixNs) / 1e9, 0, TriggerUnit.Seconds, FiresBelow: true);

    /// <summary>The first point that is not done with: after the start, the last order, the last one passed over, and with its window open.</summary>
    private long DueUnixNs(RebalanceCycle cycle)
    {
        long after = Math.Max(
            Math.Max(_startUnixNs, cycle.Market.Orders.LastOrderUnixNs), Math.Max(_passedOverUnixNs, cycle.NowUnixNs - _windowNs));
        if (after >= _dueUnixNs || after < _afterUnixNs)
            _dueUnixNs = _cron.NextUnixNs(after);
        _afterUnixNs = after;
        return _dueUnixNs;
    }

    /// <summary>Options of <c>calendar</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Minute, hour, day of the month, month, day of the week: <c>0 8 * * MON</c> is Mondays at eight, UTC.</summary>
        public string Cron { get; set; } = "";

        /// <summary>With less drift than this a point is passed over.</summary>
        public double MinimumDriftBps { get; set; }

        /// <summary>How long after a point it may still fire.</summary>
        public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!CronExpression.TryParse(Cron, out _, out string problem))
                yield return new("cron", $"\"{Cron}\": {problem}", "minute hour day month weekday, such as \"0 8 * * MON-FRI\"");
            if (!(MinimumDriftBps >= 0 && MinimumDriftBps < Bps.PerUnit))
                yield return new("minimumDriftBps", $"{MinimumDriftBps}", "a number from 0 and below 10000");
            if (Window <= TimeSpan.Zero)
                yield return new("window", $"{Window}", "a time above zero, such as \"01:00:00\"");
        }
    }
}
