namespace FastRebalance.Execution.Mempool;

/// <summary>Which pattern an advice follows. Zero is none.</summary>
public enum AdviceReason : byte
{
    None = 0,

    /// <summary>Nothing pending concerns the order.</summary>
    Quiet,

    /// <summary>Others are about to bring our weights back inside the band.</summary>
    WeightsRestored,

    /// <summary>A swap that moves the price towards us.</summary>
    FavourableSwap,

    /// <summary>A swap that moves the price away from us.</summary>
    AdverseSwap,

    /// <summary>Somebody placed the same trade before ours after ours was seen.</summary>
    Sandwich,

    /// <summary>Liquidity, code, fee, pause or price source of our route is about to change.</summary>
    RouteChange,

    /// <summary>A transaction of our own that the submitter does not know.</summary>
    UnknownOwn,

    /// <summary>The order would stand behind what pays more.</summary>
    OutTipped,

    /// <summary>The base fee is about to pass the fee cap, or leaps.</summary>
    BaseFeeSpike,

    /// <summary>The pool lags the reference price against us.</summary>
    LaggingPool,

    /// <summary>The order's limit would fail in too many scenarios.</summary>
    LimitAtRisk,

    /// <summary>The feed of pending transactions has a gap: what is known is not all.</summary>
    Suspect,
}
