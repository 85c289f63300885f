using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Amm;

/// <summary>Makes ready pools of the Solidly family.</summary>
internal static class SolidlyMaker
{
    public static SolidlyPool Pool(bool isStable, UInt256 reserve0, UInt256 reserve1, uint feePips, int decimals0, int decimals1)
    {
        PoolFacts facts = new(
            isStable ? SolidlyPool.StableName : SolidlyPool.VolatileName, PoolMaker.At, PoolMaker.Token0, PoolMaker.Token1, feePips)
        {
            Parameters = new Dictionary<string, string> { ["decimals"] = $"{decimals0},{decimals1}" },
        };
        SolidlyPool pool = new(facts, PoolMaker.Id, [PoolMaker.Asset0, PoolMaker.Asset1]);
        pool.Apply(PoolMaker.Reserves(reserve0, reserve1));
        pool.Apply(PoolMaker.Ready());
        return pool;
    }
}
