namespace FastRebalance.Simulation.LatencyValue.Checks;

/// <summary>The simulator held against a closed form, before anything is believed of it.</summary>
/// <param name="Name">What was simulated.</param>
/// <param name="Source">Whose formula.</param>
/// <param name="Unit">Of the numbers.</param>
/// <param name="Expected">From the formula.</param>
/// <param name="Measured">From the simulator.</param>
/// <param name="Tolerance">The most they may differ, in the same unit.</param>
public sealed record Check(string Name, string Source, string Unit, double Expected, Estimate Measured, double Tolerance)
{
    /// <summary>A number that is none does not pass.</summary>
    public bool Passed => Math.Abs(Measured.Mean - Expected) <= Tolerance;
}
