namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>What a portfolio of one risky asset and cash holds; cash below zero is debt.</summary>
internal struct Holding
{
    public double Units;
    public double Cash;

    /// <summary>The value a protected portfolio must not fall below.</summary>
    public double Floor;

    public readonly double Value(double price) => Units * price + Cash;

    /// <summary>The risky part as a fraction of the value.</summary>
    public readonly double Exposure(double price) => Units * price / Value(price);
}
