namespace FastRebalance.Execution.Mempool;

/// <summary>How pending transactions are weighed. Shares are fractions of 1, prices and costs base points (hundredths of a per cent).</summary>
public sealed record MempoolOptions
{
    /// <summary>Weight of the worst scenarios' mean beside the expected cost (lambda).</summary>
    public double TailWeight { get; init; } = 0.5;

    /// <summary>The share of the scenarios, by weight, that is the tail.</summary>
    public double TailShare { get; init; } = 0.2;

    /// <summary>Never sent at once where the limit fails in more than this share of the scenarios, unless a partial fill is allowed (q).</summary>
    public double MaxFailShare { get; init; } = 0.25;

    /// <summary>Weights of the scenarios: nothing executes; all do by tip; only the best paid; whoever is against us stands before us.</summary>
    public ScenarioWeights Weights { get; init; } = new(0.1, 0.4, 0.3, 0.2);

    /// <summary>The share of the executable transactions, the best paid, that the third scenario holds.</summary>
    public double TopShare { get; init; } = 0.5;

    /// <summary>A swap counts as large for the fourth scenario from this move of our price on, in base points.</summary>
    public double LargeMoveBps { get; init; } = 1;

    /// <summary>Nothing is traded while a pool lags the reference price against us by more than this, in base points.</summary>
    public double MaxAdverseLagBps { get; init; } = 50;

    /// <summary>A next base fee above this one by more than this, in base points, holds what is not urgent.</summary>
    public double BaseFeeSpikeBps { get; init; } = 1_200;

    /// <summary>The probability that a bundle is not in the next block.</summary>
    public double BundleMissShare { get; init; } = 0.1;

    /// <summary>How long after our echo a rival before us counts as a front run, in nanoseconds.</summary>
    public long SandwichWindowNs { get; init; } = 3_000_000_000;

    /// <summary>Pending transactions looked at for one advice; the best paid.</summary>
    public int MaxConsidered { get; init; } = 64;

    /// <summary>Room of the pending pool.</summary>
    public PendingPoolOptions Pool { get; init; } = new();

    /// <exception cref="ArgumentException">A number makes no sense; the message names it.</exception>
    public void Validate()
    {
        Pool.Validate();
        if (!IsShare(TailShare) || TailShare == 0 || !IsShare(MaxFailShare) || !IsShare(TopShare) || !IsShare(BundleMissShare))
            throw new ArgumentException("shares are within 0 and 1, and the tail's is above 0");
        if (!(TailWeight >= 0) || !(LargeMoveBps >= 0) || !(MaxAdverseLagBps > 0) || !(BaseFeeSpikeBps > 0) || SandwichWindowNs < 0)
            throw new ArgumentException("weights, base points and times are not below 0, and the guard's and the spike's are above");
        if (MaxConsidered is < 1 or > 4096)
            throw new ArgumentException($"1 to 4096 transactions are considered, found {MaxConsidered}");
        if (!(Weights.None >= 0 && Weights.All >= 0 && Weights.Top >= 0 && Weights.Adverse >= 0) || Math.Abs(Weights.Sum - 1) > 1e-9)
            throw new ArgumentException($"the scenarios' weights are not below 0 and add up to 1, found {Weights}");
    }

    private static bool IsShare(double value) => value is >= 0 and <= 1;
}

/// <summary>How likely each scenario is held to be; adds up to 1.</summary>
public readonly record struct ScenarioWeights(double None, double All, double Top, double Adverse)
{
    public double Sum => None + All + Top + Adverse;
}
