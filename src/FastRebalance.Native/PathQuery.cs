using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>What is asked of a path search. The layout is fr_path_query of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PathQuery
{
    /// <summary>Raw units of the source that go in.</summary>
    public double AmountIn;

    /// <summary>Raw units of the target that one unit of gas costs; zero leaves gas out.</summary>
    public double GasPriceInTarget;

    /// <summary>Index of the asset sold.</summary>
    public int Source;

    /// <summary>Index of the asset wanted.</summary>
    public int Target;

    /// <summary>Asset indices are below it; 2 to <see cref="PathLimits.MaxAssets"/>.</summary>
    public int AssetCount;

    /// <summary>Pool indices are below it; 0 to <see cref="PathLimits.MaxPools"/>.</summary>
    public int PoolCount;

    /// <summary>Edges a path may have; 1 to <see cref="PathLimits.MaxHops"/>.</summary>
    public int MaxHops;

    /// <summary>Paths wanted; 1 to <see cref="PathLimits.MaxPaths"/>.</summary>
    public int MaxPaths;
}
