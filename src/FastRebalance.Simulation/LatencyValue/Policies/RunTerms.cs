namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>What trading and being off target cost.</summary>
/// <param name="RiskPrice">γ: the loss of being off target is γ/2 times the variance that comes from it.</param>
/// <param name="Variance">Of the risky asset, per year.</param>
/// <param name="Fee">One way, as a fraction of what is traded: fee, half the spread, impact.</param>
/// <param name="Gas">For each trade, as a fraction of the value.</param>
internal sealed record RunTerms(double RiskPrice, double Variance, double Fee, double Gas)
{
    /// <summary>Being off target is integrated in steps of this length.</summary>
    public long SampleNs { get; init; } = 5 * Delays.Minute;

    /// <summary>Time that goes by with any delay, from sending to the venue's door, in the chance to miss a slot.</summary>
    public long SendingNs { get; init; } = Delays.Millisecond;

    /// <summary>The amount is fixed when the order lands, as a contract can do; otherwise when it is decided on.</summary>
    public bool IsSizedAtFill { get; init; }
}
