namespace FastRebalance.Native;

/// <summary>What came of a path search: the fr_status of fastrebalance.h. Zero is no answer and negative ones are mistakes of the caller.</summary>
public enum PathStatus
{
    Unsearched = 0,

    /// <summary>At least one path is in the output.</summary>
    Found = 1,

    /// <summary>The arguments are sound and no path leads from source to target.</summary>
    NoPath = 2,

    /// <summary>The graph is built or changed as asked.</summary>
    Ready = 3,

    /// <summary>A pointer is null that must not be; the spans of the safe face rule it out.</summary>
    NullPointer = -1,

    /// <summary>A count or limit is outside <see cref="PathLimits"/>, or the blocked mask has neither no byte nor one per pool of the graph.</summary>
    BadLimit = -2,

    /// <summary>An asset, pool or edge index is outside its range, or an edge leads from an asset to itself.</summary>
    BadIndex = -3,

    /// <summary>Source and target are one asset.</summary>
    SameAsset = -4,

    /// <summary>A rate, depth, amount or gas price is not finite, has the wrong sign or magnitude.</summary>
    BadNumber = -5,

    /// <summary>The output cannot hold the paths asked for.</summary>
    OutputTooSmall = -6,

    /// <summary>The graph is larger than the scratch.</summary>
    ScratchTooSmall = -7,

    /// <summary>The scratch or the graph does not start at a multiple of 8 bytes.</summary>
    Misaligned = -8,

    /// <summary>The graph's memory is too small, or the graph larger than what the search was made for.</summary>
    GraphTooSmall = -9,

    /// <summary>The memory is not that of a graph that was built, or the search has not been given one.</summary>
    BadGraph = -10,

    /// <summary>The native library is not there or has another version; <see cref="PathSearch.IsAvailable"/> says more.</summary>
    LibraryMissing = -100,
}
