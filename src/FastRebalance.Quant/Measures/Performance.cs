namespace FastRebalance.Quant.Measures;

/// <summary>What became of a portfolio. Values are positive and in order of time; results are fractions. Allocates nothing.</summary>
public static class Performance
{
    /// <summary>Largest fall from a peak, as a positive share of the peak; 0 for fewer than two values.</summary>
    public static double MaxDrawdown(ReadOnlySpan<double> values)
    {
        double peak = double.NegativeInfinity, largest = 0;
        foreach (double value in values)
        {
            peak = Math.Max(peak, value);
            largest = Math.Max(largest, 1 - value / peak);
        }
        return largest;
    }

    /// <summary>Return per year, without interest on interest.</summary>
    public static double SimpleAnnualReturn(double first, double last, double years) => (last / first - 1) / years;

    /// <summary>Return per year that, compounded, makes the last value of the first.</summary>
    public static double CompoundAnnualReturn(double first, double last, double years) => Math.Pow(last / first, 1 / years) - 1;

    /// <summary>
    /// Root mean square of the differences between two series of returns, per year (not taken around their mean: what always lags is off
    /// as well). Zero for no returns.
    /// </summary>
    /// <param name="returns">Of the portfolio, per step.</param>
    /// <param name="benchmark">Of what it follows, per step.</param>
    /// <param name="stepsPerYear">Such as 365 for daily steps.</param>
    public static double TrackingError(ReadOnlySpan<double> returns, ReadOnlySpan<double> benchmark, double stepsPerYear)
    {
        double sum = 0;
        for (int i = 0; i < returns.Length; i++)
            sum += (returns[i] - benchmark[i]) * (returns[i] - benchmark[i]);
        return returns.IsEmpty ? 0 : Math.Sqrt(sum / returns.Length * stepsPerYear);
    }

    /// <summary>Volatility per year around the mean, by n−1. Zero for fewer than two returns.</summary>
    public static double Volatility(ReadOnlySpan<double> returns, double stepsPerYear)
    {
        double mean = 0, sum = 0;
        foreach (double value in returns)
            mean += value / returns.Length;
        foreach (double value in returns)
            sum += (value - mean) * (value - mean);
        return returns.Length < 2 ? 0 : Math.Sqrt(sum / (returns.Length - 1) * stepsPerYear);
    }

    /// <summary>Σ|w′ − w|: what was bought and what was sold, both counted.</summary>
    public static double Turnover(ReadOnlySpan<double> before, ReadOnlySpan<double> after)
    {
        double sum = 0;
        for (int i = 0; i < before.Length; i++)
            sum += Math.Abs(after[i] - before[i]);
        return sum;
    }
}
