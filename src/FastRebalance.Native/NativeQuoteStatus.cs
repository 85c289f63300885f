namespace FastRebalance.Native;

/// <summary>What came of one quote of a batch: the fr_quote_status of fastrebalance.h. Zero is no answer; only <see cref="Exact"/> may be traded on.</summary>
public enum NativeQuoteStatus
{
    Unquoted = 0,

    /// <summary>The amounts are the contract's, to the unit.</summary>
    Exact = 1,

    /// <summary>Nothing goes in.</summary>
    ZeroAmount = 3,

    /// <summary>The pool is empty, or runs out: the amounts tell what would be taken and paid.</summary>
    InsufficientLiquidity = 4,

    /// <summary>Too little goes in to bring one unit.</summary>
    ZeroOutput = 5,

    /// <summary>The contract would revert.</summary>
    Overflow = 6,

    /// <summary>The request cannot be of such a pool.</summary>
    BadRequest = -1,
}
