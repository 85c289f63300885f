namespace FastRebalance.Quant.Leverage;

/// <summary>What leverage asks for now.</summary>
public enum LeverageAction : byte
{
    /// <summary>Nobody decided.</summary>
    Undecided = 0,

    /// <summary>Nothing: leverage is in its band and no time is up.</summary>
    Wait,

    /// <summary>Trade a share of the way to the target, or to the rim of the band.</summary>
    Rebalance,

    /// <summary>Trade the next slice of a rebalance that began.</summary>
    Iterate,

    /// <summary>The price did the rest of the way: drop the slices that are left.</summary>
    EndSlices,

    /// <summary>Reduce to the band now.</summary>
    Ripcord,

    /// <summary>The ripcord is due, but this venue rests still: try another.</summary>
    RipcordResting,

    /// <summary>A trade is due, and the lender's limit or the venue's leaves nothing of it.</summary>
    Blocked,

    /// <summary>Take on the first debt.</summary>
    Engage,

    /// <summary>Pay debt back, to none.</summary>
    Disengage,

    /// <summary>There is no debt to steer.</summary>
    NotEngaged,

    /// <summary>There is no equity: nothing here is ours to steer, and nothing is until somebody resets the machine.</summary>
    Insolvent,

    /// <summary>A price or a holding is not a number.</summary>
    BadInput,
}
