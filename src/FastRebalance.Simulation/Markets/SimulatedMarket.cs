using FastRebalance.Amm;

namespace FastRebalance.Simulation.Markets;

/// <summary>The pools of one back-test: the real router quotes them, and orders are executed on them.</summary>
public abstract class SimulatedMarket
{
    /// <summary>The place in the list is the pool's index.</summary>
    public abstract IReadOnlyList<Pool> Pools { get; }

    /// <summary>Gives the pools their first state; every price is known.</summary>
    public abstract void Open();

    /// <summary>Prices have changed: brings the pools there. It goes past the engine's events, which would take a block to be open.</summary>
    public abstract void Follow();
}
