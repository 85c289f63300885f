namespace FastRebalance.Quant.Hedging;

/// <summary>What a hedged book asks for now.</summary>
public enum HedgeAction : byte
{
    /// <summary>Nobody decided.</summary>
    Undecided = 0,

    /// <summary>Nothing: the gap and the margin are within their bands.</summary>
    Hold,

    /// <summary>Cut both legs now: the hedge's margin is nearly gone.</summary>
    Ripcord,

    /// <summary>Cut both legs: margin is low, and there is not enough to top it up with.</summary>
    Shrink,

    /// <summary>Put quote currency behind the hedge.</summary>
    TopUp,

    /// <summary>Trade the hedge towards what it hedges.</summary>
    Rehedge,

    /// <summary>Take quote currency back from behind the hedge.</summary>
    TakeOut,

    /// <summary>Margin is low, and no cut brings it where it should be.</summary>
    Infeasible,

    /// <summary>A price or a holding is not a number.</summary>
    BadInput,
}
