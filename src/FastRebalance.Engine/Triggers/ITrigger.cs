using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Triggers;

/// <summary>Says whether the portfolio should be rebalanced now. Allocates nothing and needs no other trigger to have run.</summary>
public interface ITrigger
{
    bool Fires(RebalanceCycle cycle);

    /// <summary>
    /// Asked when it did not fire: what must change at least before it could. Passes inside that are not shown to it. A trigger that
    /// says nothing is asked every time.
    /// </summary>
    TriggerFence Fence(RebalanceCycle cycle) => TriggerFence.None;

    /// <summary>
    /// True when a pass that it is not shown could change what it says at a later one. Its fence then ends where its memory would
    /// change, too, and whoever combines it with others must not hide passes outside that fence from it.
    /// </summary>
    bool HasMemory => false;

    /// <summary>How near it is to firing at this pass, for people to read. Changes nothing and allocates nothing.</summary>
    TriggerReading Read(RebalanceCycle cycle) => TriggerReading.None;

    /// <summary>
    /// How far an asset's weight may stand from its target before this fires, as a fraction; infinity where it does not go by weights. For people to
    /// read, as <see cref="Read"/>.
    /// </summary>
    double HalfWidth(RebalanceCycle cycle, AssetId asset) => double.PositiveInfinity;

    /// <summary>True when it goes by the market's plan: a planner then runs beside the engine.</summary>
    bool WantsPlan => false;
}
