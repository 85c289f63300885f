namespace FastRebalance.Engine.Triggers;

/// <summary>The triggers of one tier: fires when any of them does.</summary>
public sealed class TriggerSet(IReadOnlyList<ITrigger> triggers)
{
    private readonly ITrigger[] _triggers = [.. triggers];

    /// <summary>Place of the first trigger that fires, plus one; 0 when none does.</summary>
    public int FirstThatFires(RebalanceCycle cycle)
    {
        // Every trigger is asked, so that one with a memory sees every pass outside the fence that it has had its say in.
        int fired = 0;
        for (int i = _triggers.Length - 1; i >= 0; i--)
            if (_triggers[i].Fires(cycle))
                fired = i + 1;
        return fired;
    }

    /// <summary>What must change at least before any of them could fire; asked when none did.</summary>
    public TriggerFence Fence(RebalanceCycle cycle)
    {
        TriggerFence fence = TriggerFence.Endless;
        foreach (ITrigger trigger in _triggers)
            fence = fence.And(trigger.Fence(cycle));
        return fence;
    }
}
