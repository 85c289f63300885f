using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Triggers;

/// <summary>Fires when every one of its triggers does.</summary>
public sealed class AllTrigger : ITrigger
{
    private readonly ITrigger[] _triggers;
    private readonly bool[] _fired;

    /// <param name="triggers">At least one.</param>
    public AllTrigger(IReadOnlyList<ITrigger> triggers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(triggers.Count);
        _triggers = [.. triggers];
        _fired = new bool[triggers.Count];
        HasMemory = triggers.Any(static t => t.HasMemory);
    }

    public bool HasMemory { get; }

    public bool Fires(RebalanceCycle cycle)
    {
        bool fires = true;
        for (int i = 0; i < _triggers.Length; i++)
            fires &= _fired[i] = _triggers[i].Fires(cycle); // each is asked: one with a memory must see the pass
        return fires;
    }

    /// <summary>
    /// It cannot fire while any one of them cannot: so the widest fence among those that did not fire holds for all, as far as those with
    /// a memory need not see more.
    /// </summary>
    public TriggerFence Fence(RebalanceCycle cycle)
    {
        TriggerFence widest = TriggerFence.None, remembered = TriggerFence.Endless;
        for (int i = 0; i < _triggers.Length; i++)
        {
            TriggerFence fence = _fired[i] ? TriggerFence.None : _triggers[i].Fence(cycle);
            widest = widest.Or(fence, cycle.NowUnixNs);
            if (_triggers[i].HasMemory)
                remembered = remembered.And(fence);
        }
        return widest.And(remembered);
    }

    /// <summary>The widest of those that go by weights.</summary>
    public double HalfWidth(RebalanceCycle cycle, AssetId asset) =>
        _triggers.Select(trigger => trigger.HalfWidth(cycle, asset)).Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Max();

    /// <summary>The one that holds the others back.</summary>
    public TriggerReading Read(RebalanceCycle cycle)
    {
        TriggerReading last = _triggers[0].Read(cycle);
        for (int i = 1; i < _triggers.Length; i++)
        {
            TriggerReading reading = _triggers[i].Read(cycle);
            if (reading.Nearness < last.Nearness)
                last = reading;
        }
        return last;
    }
}
