namespace FastRebalance.Native;

/// <summary>What came of a dual solve: the answers of fr_dual_solve. Zero is no answer and negative ones are mistakes of the caller.</summary>
public enum DualStatus
{
    Unsolved = 0,

    /// <summary>The pools' own trades at the prices balance.</summary>
    Exact = 3,

    /// <summary>Pools are so deep that prices alone do not tell the trades: the growths hold trades that balance.</summary>
    Approached = 4,

    /// <summary>The iterations were used up; the prices are the best found, still a valid bound.</summary>
    Unfinished = 5,

    NullPointer = -1,

    /// <summary>A count or limit is outside <see cref="DualLimits"/>.</summary>
    BadLimit = -2,

    /// <summary>A token or segment index is outside its range, or an edge leads from a token to itself.</summary>
    BadIndex = -3,

    /// <summary>A number of a token or of the query is not finite, or has the wrong sign.</summary>
    BadNumber = -5,

    /// <summary>Prices or growths cannot hold the answer.</summary>
    OutputTooSmall = -6,

    /// <summary>The problem is larger than what the solver was made for.</summary>
    WorkspaceTooSmall = -7,

    /// <summary>The native library is not there or has another version.</summary>
    LibraryMissing = -100,
}
