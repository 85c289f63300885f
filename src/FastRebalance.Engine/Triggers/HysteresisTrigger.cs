using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// A Schmitt trigger: once the other has fired it keeps firing until the largest drift has come down to the release, so that a trade in
/// several orders is not left half done at the edge of the band.
/// </summary>
public sealed class HysteresisTrigger(ITrigger trigger, double releaseBps) : ITrigger
{
    private readonly double _release = new Bps(releaseBps).Fraction;
    private bool _isOn;

    public bool HasMemory => true;

    public bool Fires(RebalanceCycle cycle)
    {
        bool fires = trigger.Fires(cycle);
        if (double.IsNaN(cycle.MaxDrift))
            return false; // and what it was it stays
        _isOn = fires || (_isOn && cycle.MaxDrift > _release);
        return _isOn;
    }

    /// <summary>While it is off, only the other's firing changes it.</summary>
    public TriggerFence Fence(RebalanceCycle cycle) => _isOn ? TriggerFence.None : trigger.Fence(cycle);

    public double HalfWidth(RebalanceCycle cycle, AssetId asset) => _isOn ? _release : trigger.HalfWidth(cycle, asset);

    /// <summary>How near it is to going on; how far from going off, once it is on.</summary>
    public TriggerReading Read(RebalanceCycle cycle) =>
        _isOn ? new TriggerReading(cycle.MaxDrift, _release, TriggerUnit.Fraction) : trigger.Read(cycle);
}
