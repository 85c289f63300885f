namespace FastRebalance.Quant.Estimates;

/// <summary>
/// GARCH(1,1) with its long-run variance given (Bollerslev 1986, "variance targeting"): h ← ω + αr² + βh, ω = (1 − α − β)·h̄. Steps have one
/// length. One thread; observing allocates nothing.
/// </summary>
public sealed class GarchVariance
{
    private readonly double _reaction;
    private readonly double _memory;
    private readonly double _longRun;
    private readonly double _stepsPerYear;
    private double _variance;

    /// <param name="reaction">α, such as 0.1.</param>
    /// <param name="memory">β, such as 0.88; α + β below one.</param>
    /// <param name="longRunVariance">h̄ per year; where the estimate begins and tends to.</param>
    /// <param name="step">Time between observations.</param>
    public GarchVariance(double reaction, double memory, double longRunVariance, TimeSpan step)
    {
        if (!(reaction >= 0 && memory >= 0 && reaction + memory < 1))
            throw new ArgumentException($"reaction {reaction} and memory {memory} are not negative and add up to less than 1", nameof(reaction));
        if (!(longRunVariance > 0) || !double.IsFinite(longRunVariance))
            throw new ArgumentOutOfRangeException(nameof(longRunVariance), longRunVariance, "a positive variance per year");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        _reaction = reaction;
        _memory = memory;
        _stepsPerYear = CovarianceEstimator.Year / step;
        _longRun = longRunVariance / _stepsPerYear;
        _variance = _longRun;
    }

    /// <summary>Variance per year expected of the next step.</summary>
    public double Annual => _variance * _stepsPerYear;

    /// <summary>Takes in the log return of one step; one that is not finite is refused: false.</summary>
    public bool Observe(double logReturn)
    {
        if (!double.IsFinite(logReturn))
            return false;
        _variance = (1 - _reaction - _memory) * _longRun + _reaction * logReturn * logReturn + _memory * _variance;
        return true;
    }

    /// <summary>Mean variance per year expected over the next <paramref name="steps"/>.</summary>
    public double Forecast(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        double persistence = _reaction + _memory;
        double meanWeight = (1 - Math.Pow(persistence, steps)) / (1 - persistence) / steps;
        return (_longRun + (_variance - _longRun) * meanWeight) * _stepsPerYear;
    }
}
