using System.Diagnostics.CodeAnalysis;

namespace FastRebalance.Amm;

/// <summary>The AMMs that are built in. To add one: its file, and its line here.</summary>
public static class PoolKinds
{
    public static IReadOnlyList<PoolKind> All { get; } =
    [
        new UniswapV2Kind(),
        new UniswapV3Kind(),
        new BalancerWeightedKind(),
        new BalancerStableKind(),
        new CurveStableKind(),
        new UniswapV4Kind(),
        new SolidlyKind(isStable: false),
        new SolidlyKind(isStable: true),
    ];

    public static bool TryFind(string name, [NotNullWhen(true)] out PoolKind? kind)
    {
        foreach (PoolKind candidate in All)
        {
            if (candidate.Name == name)
            {
                kind = candidate;
                return true;
            }
        }
        kind = null;
        return false;
    }
}
