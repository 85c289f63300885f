using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Triggers;

/// <summary>Another trigger, silent for a time after each order.</summary>
public sealed class CoolDownTrigger(ITrigger trigger, TimeSpan time) : ITrigger
{
    private readonly long _timeNs = (long)time.TotalNanoseconds;
    private bool _wouldFire;

    public bool HasMemory => trigger.HasMemory;

    public bool Fires(RebalanceCycle cycle)
    {
        _wouldFire = trigger.Fires(cycle);
        return _wouldFire && cycle.NowUnixNs >= OverUnixNs(cycle);
    }

    /// <summary>Until the time is over nothing matters, except to a memory; and while the other cannot fire, this one cannot.</summary>
    public TriggerFence Fence(RebalanceCycle cycle)
    {
        TriggerFence fence = _wouldFire ? TriggerFence.None : trigger.Fence(cycle);
        return HasMemory ? fence : fence.Or(TriggerFence.Until(OverUnixNs(cycle)), cycle.NowUnixNs);
    }

    /// <summary>The time gone, while it lasts; then the other's reading.</summary>
    public TriggerReading Read(RebalanceCycle cycle)
    {
        long leftNs = OverUnixNs(cycle) - cycle.NowUnixNs;
        return cycle.NowUnixNs >= OverUnixNs(cycle)
            ? trigger.Read(cycle)
            : new TriggerReading((_timeNs - leftNs) / 1e9, _timeNs / 1e9, TriggerUnit.Seconds);
    }

    public double HalfWidth(RebalanceCycle cycle, AssetId asset) => trigger.HalfWidth(cycle, asset);

    private long OverUnixNs(RebalanceCycle cycle)
    {
        long last = cycle.Market.Orders.LastOrderUnixNs;
        return last == long.MinValue ? long.MinValue : last + _timeNs;
    }
}
