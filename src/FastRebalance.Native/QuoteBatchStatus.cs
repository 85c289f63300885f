namespace FastRebalance.Native;

/// <summary>What came of a batch of quotes: those of fr_status of fastrebalance.h that a batch can have. Zero is no answer.</summary>
public enum QuoteBatchStatus
{
    Unquoted = 0,

    /// <summary>Every quote has its status.</summary>
    Ready = 3,

    /// <summary>The library's compiler had no integers of 128 bits.</summary>
    Unsupported = 4,

    /// <summary>A pointer is null that must not be; the spans of the safe face rule it out.</summary>
    NullPointer = -1,

    /// <summary>There is not room for one quote per request.</summary>
    OutputTooSmall = -6,

    /// <summary>The native library is not there or has another version.</summary>
    LibraryMissing = -100,
}
