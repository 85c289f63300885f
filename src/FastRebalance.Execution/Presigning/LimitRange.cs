using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Between which limits, as bought per sold, some legs of one pair lie, or may. Doubles: it only tells what cannot be, so that whole products are
/// formed for what may.
/// </summary>
internal readonly record struct LimitRange(double Low, double High)
{
    // Far above what two conversions and a quotient are off by, and far below any limit's step.
    private const double Slack = 1e-9;

    /// <summary>The least and the greatest limit of signed legs.</summary>
    public static LimitRange OfSigned(ReadOnlySpan<OrderLeg> legs)
    {
        double low = double.PositiveInfinity, high = 0;
        foreach (ref readonly OrderLeg leg in legs)
        {
            double limit = (double)leg.MinimumOut / (double)leg.AmountIn;
            (low, high) = (Math.Min(low, limit), Math.Max(high, limit));
        }
        return new LimitRange(low, high);
    }

    /// <summary>What an order's legs bear all: the greatest of their minima to the least of what they expect.</summary>
    public static LimitRange OfDecided(ReadOnlySpan<OrderLeg> legs)
    {
        double low = 0, high = double.PositiveInfinity;
        foreach (ref readonly OrderLeg leg in legs)
        {
            double sold = (double)leg.AmountIn;
            (low, high) = (Math.Max(low, (double)leg.MinimumOut / sold), Math.Min(high, (double)leg.ExpectedOut / sold));
        }
        return new LimitRange(low * (1 - Slack), high * (1 + Slack));
    }

    /// <summary>False where signed legs of this range fit a decision's in no case.</summary>
    public bool MayFit(in LimitRange decided) => Low >= decided.Low && High <= decided.High;
}
