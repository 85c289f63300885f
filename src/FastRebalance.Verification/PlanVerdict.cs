namespace FastRebalance.Verification;

/// <summary>What came of checking a plan. Zero is no answer; only <see cref="Verified"/> may be traded on.</summary>
public enum PlanVerdict : byte
{
    Unverified = 0,

    /// <summary>Every leg was replayed to the unit and, where it was asked for, the certificate holds.</summary>
    Verified,

    /// <summary>The status is neither that of a plan nor that of nothing to do, or it does not fit the number of legs.</summary>
    NotAPlan,

    /// <summary>Numbers of assets or pools do not fit together.</summary>
    BadShape,

    /// <summary>A number of the request is not finite or has the wrong sign.</summary>
    BadRequest,

    /// <summary>A number of the plan is not finite.</summary>
    NotFinite,

    /// <summary>A pool has changed since the plan was made.</summary>
    StateChanged,

    /// <summary>A leg names a pool that is not among those given.</summary>
    UnknownPool,

    /// <summary>A leg sells or buys what its pool does not hold, or one and the same asset.</summary>
    WrongAsset,

    /// <summary>A leg sells nothing or brings nothing.</summary>
    ZeroAmount,

    /// <summary>A pool of two assets is used by more than one leg.</summary>
    PoolTwice,

    /// <summary>A leg sells more than is there at its turn.</summary>
    Overdrawn,

    /// <summary>The pool refuses the leg on this state.</summary>
    NotExact,

    /// <summary>The pool pays another amount than the leg expects.</summary>
    OutputDiffers,

    /// <summary>The leg would accept less than the slippage allows.</summary>
    MinimumTooLow,

    /// <summary>The leg wants more than it expects, so that it would always revert.</summary>
    MinimumTooHigh,

    /// <summary>The leg counts less gas than its pool's usual swap and a leg's own.</summary>
    GasTooLow,

    /// <summary>The legs run in a circle, which the request forbids.</summary>
    TradesInCircle,

    /// <summary>The holdings after the legs are not those claimed.</summary>
    HoldingsDiffer,

    /// <summary>Less is left of an asset than is owed.</summary>
    OwedMissing,

    /// <summary>A dual price is not above zero, or so low that it bounds nothing.</summary>
    BadDualPrice,

    /// <summary>The goal's value of the final holdings is not the claimed one.</summary>
    ValueDiffers,

    /// <summary>The bound at the dual prices is not the claimed one.</summary>
    BoundDiffers,

    /// <summary>The bound lies below the value, which no right bound does.</summary>
    BoundBelowValue,

    /// <summary>The gap of the plan or of doing nothing is not the claimed one.</summary>
    GapDiffers,

    /// <summary>There are legs, and doing nothing is worth as much.</summary>
    NoBetterThanNothing,

    /// <summary>Several legs through one pool of many assets, of a kind that cannot be followed by a copy without allocating: ask <see cref="PlanVerifier"/>.</summary>
    NeedsCopies,
}
