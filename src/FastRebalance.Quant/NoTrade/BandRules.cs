namespace FastRebalance.Quant.NoTrade;

/// <summary>Bands by rule of thumb: half widths around a target weight, as fractions of the portfolio. Allocates nothing.</summary>
public static class BandRules
{
    /// <summary>Swedroe's 5/25: five points, or a quarter of the target where that is less (below a target of 20 %).</summary>
    public static double FiveTwentyFive(double target) => Narrower(target, absolute: 0.05, relative: 0.25);

    /// <summary>The narrower of an absolute and a relative band. A target of zero has a band of zero: give it one for dust.</summary>
    public static double Narrower(double target, double absolute, double relative) => Math.Min(absolute, relative * Math.Abs(target));
}
