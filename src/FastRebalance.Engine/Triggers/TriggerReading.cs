namespace FastRebalance.Engine.Triggers;

/// <summary>How near a trigger is to firing: "drift 83 of 100 bps". For people to read; nothing is decided by it.</summary>
/// <param name="Value">Where it stands.</param>
/// <param name="Limit">Where it fires: beyond this, or under it where <paramref name="FiresBelow"/> says so.</param>
/// <param name="Unit">What both count; <see cref="TriggerUnit.None"/> when there is nothing to tell, and both mean nothing.</param>
/// <param name="FiresBelow">It fires as the value falls, such as a base fee.</param>
public readonly record struct TriggerReading(double Value, double Limit, TriggerUnit Unit, bool FiresBelow = false)
{
    /// <summary>Nothing to tell.</summary>
    public static TriggerReading None => default;

    /// <summary>How much of the way is gone: 1 where it fires, below 1 before; 0 where there is nothing to tell.</summary>
    public double Nearness => Unit == TriggerUnit.None ? 0 : FiresBelow ? Limit / Value : Value / Limit;
}
