namespace FastRebalance.Bench.Chaos;

/// <summary>What one incarnation of the victim is there for.</summary>
internal enum ChaosLife : byte
{
    None = 0,

    /// <summary>Orders, one after the other.</summary>
    Trade,

    /// <summary>Orders whose time is short: they end in a cancel where the chain is slow.</summary>
    Expire,

    /// <summary>An order, and the kill switch as soon as it is out.</summary>
    KillSwitch,

    /// <summary>A snapshot of what was found, then orders.</summary>
    Snapshot,

    /// <summary>Nothing new; what is out is followed until it is final.</summary>
    Settle,
}
