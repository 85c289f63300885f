namespace FastRebalance.Native;

/// <summary>Ranges of a path query, as fastrebalance.h states them.</summary>
public static class PathLimits
{
    public const int MaxHops = 4;
    public const int MaxPaths = 64;
    public const int MaxAssets = 65536;
    public const int MaxPools = 65536;
    public const int MaxEdges = 1048576;

    /// <summary>Largest rate, depth, amount and gas price, 2^150: within it no product of a search leaves the normal numbers.</summary>
    public const double MaxMagnitude = 1427247692705959881058285969449495136382746624.0;

    /// <summary>Smallest of them, 2^-150; a gas price may also be zero.</summary>
    public const double MinMagnitude = 1.0 / MaxMagnitude;
}
