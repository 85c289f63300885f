namespace FastRebalance.Quant.Hedging;

/// <summary>What the owner of a pair of legs must send now.</summary>
public enum LegCommand : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An order of the hedge's leg.</summary>
    SendHedge,

    /// <summary>An order of the other leg.</summary>
    SendOther,

    /// <summary>A cancellation of the other leg's order.</summary>
    CancelOther,
}
