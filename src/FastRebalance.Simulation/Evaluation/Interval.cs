namespace FastRebalance.Simulation.Evaluation;

/// <summary>An estimate with the bounds of its 95 % confidence interval.</summary>
public readonly record struct Interval(double Mean, double Low, double High)
{
    public Interval Scaled(double factor) => new(Mean * factor, Low * factor, High * factor);

    /// <summary>Zero is outside: the estimate is more than chance.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}
