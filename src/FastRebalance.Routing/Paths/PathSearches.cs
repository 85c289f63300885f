using FastRebalance.Amm;

namespace FastRebalance.Routing.Paths;

/// <summary>Chooses among the path searches.</summary>
public static class PathSearches
{
    /// <summary>The native search where its library is there, else the managed twin, which gives the same paths.</summary>
    /// <param name="maxAssets">Assets of the largest graph it will see.</param>
    /// <param name="maxEdges">Edges of the largest graph it will see.</param>
    /// <param name="reason">One line for the log: which one serves, and why.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside <see cref="Native.PathLimits"/>.</exception>
    public static IPathSearch Best(int maxAssets, int maxEdges, out string reason)
    {
        if (Native.PathSearch.IsAvailable(out string why))
        {
            reason = "native path search";
            return new NativePathSearch(maxAssets, maxEdges);
        }
        reason = $"managed path search: {why}";
        return new ManagedPathSearch(maxAssets, maxEdges);
    }

    /// <summary><see cref="Best"/> for the graph that these pools make.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more assets or pools than <see cref="Native.PathLimits"/> allows.</exception>
    public static IPathSearch ForPools(int assetCount, IReadOnlyList<Pool> pools, out string reason) =>
        Best(assetCount, RouteGraph.CountEdges(pools), out reason);

    /// <summary>The managed twin for the graph that these pools make, even where the native search is there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more assets or pools than <see cref="Native.PathLimits"/> allows.</exception>
    public static IPathSearch ManagedForPools(int assetCount, IReadOnlyList<Pool> pools) =>
        new ManagedPathSearch(assetCount, RouteGraph.CountEdges(pools));

    /// <summary>Sizes come from configuration, so a wrong one is told at set-up.</summary>
    internal static void RequireSizes(int maxAssets, int maxEdges)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAssets, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxAssets, Native.PathLimits.MaxAssets);
        ArgumentOutOfRangeException.ThrowIfNegative(maxEdges);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxEdges, Native.PathLimits.MaxEdges);
    }
}
