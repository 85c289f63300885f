using FastRebalance.Core.Assets;
using FastRebalance.Engine;

namespace FastRebalance.Simulation.Markets;

/// <summary>What trading costs in a simulation. Any number of back-tests may share one.</summary>
public abstract record MarketModel
{
    /// <summary>A line for the report: what was simulated, in words.</summary>
    public abstract string Description { get; }

    /// <summary>The market of one back-test.</summary>
    public abstract SimulatedMarket Make(IReadOnlyList<EngineAsset> assets, AssetId numeraire, PriceBoard board);
}
