using FastRebalance.Amm.Solidly;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>
/// Pools of Aerodrome and of Velodrome's second version, one kind for each of their two curves. The fee is the factory's at the time of the
/// description: no log of the pool tells that it was changed.
/// </summary>
public sealed class SolidlyKind(bool isStable) : PoolKind
{
    public override string Name => isStable ? SolidlyPool.StableName : SolidlyPool.VolatileName;

    public override IPoolDescription BeginDescription(PoolSite site) => new SolidlyDescription(Name, site.Address, isStable);

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new SolidlyPool(facts, id, assets);
}
