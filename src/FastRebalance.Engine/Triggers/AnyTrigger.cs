using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Triggers;

/// <summary>Fires when at least one of its triggers does.</summary>
public sealed class AnyTrigger : ITrigger
{
    private readonly ITrigger[] _triggers;

    /// <param name="triggers">At least one.</param>
    public AnyTrigger(IReadOnlyList<ITrigger> triggers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(triggers.Count);
        _triggers = [.. triggers];
        HasMemory = triggers.Any(static t => t.HasMemory);
    }

    public bool HasMemory { get; }

    public bool Fires(RebalanceCycle cycle)
    {
        bool fires = false;
        foreach (ITrigger trigger in _triggers)
            fires |= trigger.Fires(cycle); // each is asked: one with a memory must see the pass
        return fires;
    }

    /// <summary>What holds for all of them.</summary>
    public TriggerFence Fence(RebalanceCycle cycle)
    {
        TriggerFence fence = TriggerFence.Endless;
        foreach (ITrigger trigger in _triggers)
            fence = fence.And(trigger.Fence(cycle));
        return fence;
    }

    /// <summary>The narrowest.</summary>
    public double HalfWidth(RebalanceCycle cycle, AssetId asset) => _triggers.Min(trigger => trigger.HalfWidth(cycle, asset));

    /// <summary>The one that is nearest.</summary>
    public TriggerReading Read(RebalanceCycle cycle)
    {
        TriggerReading nearest = _triggers[0].Read(cycle);
        for (int i = 1; i < _triggers.Length; i++)
        {
            TriggerReading reading = _triggers[i].Read(cycle);
            if (reading.Nearness > nearest.Nearness)
                nearest = reading;
        }
        return nearest;
    }
}
