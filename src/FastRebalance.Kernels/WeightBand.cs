namespace FastRebalance.Kernels;

/// <summary>How far a weight may be from its target: the lesser of the two, as in the 5/25 rule (0.05 and 0.25).</summary>
/// <param name="Absolute">Fraction of the portfolio, above zero; infinity for a relative band alone, which leaves a target of zero free.</param>
/// <param name="Relative">Fraction of the target, above zero; infinity for an absolute band alone.</param>
public readonly record struct WeightBand(double Absolute, double Relative)
{
    /// <summary>True when both are above zero; NaN is not.</summary>
    public bool IsUsable => Absolute > 0 && Relative > 0;

    /// <summary>Half the band's width around a target; a target of zero has the absolute one.</summary>
    public double Around(double target) => target == 0 ? Absolute : Math.Min(Absolute, Relative * target);
}
