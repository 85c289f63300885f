namespace FastRebalance.Core.Results;

/// <summary>A pool's answer to "what comes out". Zero is no answer; only <see cref="Exact"/> may be traded on.</summary>
public enum QuoteStatus : byte
{
    Unquoted = 0,

    /// <summary>The whole input is taken and the output is what the contract would pay, to the last unit.</summary>
    Exact,

    /// <summary>The pool has no snapshot yet.</summary>
    NotReady,

    /// <summary>The amount is zero.</summary>
    ZeroAmount,

    /// <summary>The pool runs out before the whole input is taken.</summary>
    InsufficientLiquidity,

    /// <summary>The output would be zero.</summary>
    ZeroOutput,

    /// <summary>The contract's own arithmetic would overflow and revert.</summary>
    Overflow,

    /// <summary>The asset is not one of the pool's.</summary>
    WrongAsset,
}
