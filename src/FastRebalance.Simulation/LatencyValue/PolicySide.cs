namespace FastRebalance.Simulation.LatencyValue;

/// <summary>On which side of the market a policy trades: what haste is worth to it.</summary>
public enum PolicySide : byte
{
    Unknown = 0,

    /// <summary>Sells what rises and buys what falls: moves that go on are in its favour.</summary>
    Contrarian,

    /// <summary>Buys what rises and sells what falls: the market runs away from it.</summary>
    Trend,

    /// <summary>Stands ready to trade: others pick its stale prices.</summary>
    Quoting,
}
