using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>What is asked of a path search. The layout is fr_path_query of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PathQuery
{
    /// <summary>Raw units of the source that go in; for an exact output, raw units of the target that come out.</summary>
    public double Amount;

    /// <summary>What one unit of gas costs, zero to leave gas out: raw units of the target, or of the source for an exact output.</summary>
    public double GasPrice;

    /// <summary>Index of the asset sold.</summary>
    public int Source;

    /// <summary>Index of the asset wanted.</summary>
    public int Target;

    /// <summary>Edges a path may have; 1 to <see cref="PathLimits.MaxHops"/>.</summary>
    public int MaxHops;

    /// <summary>Paths wanted; 1 to <see cref="PathLimits.MaxPaths"/>.</summary>
    public int MaxPaths;
}
