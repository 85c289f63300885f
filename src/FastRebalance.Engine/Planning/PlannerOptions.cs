namespace FastRebalance.Engine.Planning;

/// <summary>How a planner samples, estimates and plans.</summary>
public sealed record PlannerOptions
{
    /// <summary>Ten basis points.</summary>
    public const double DefaultCost = 0.001;

    /// <summary>A plan is made at every multiple of this event time, a whole multiple of <see cref="SampleEvery"/>.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Prices are sampled at every multiple of this event time. Much shorter, and the bounce between bid and ask is taken for volatility.</summary>
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Age at which a sample, or a price of gas, counts half.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Share of the constant-correlation matrix in the covariance, 0..1.</summary>
    public double Shrinkage { get; init; } = 0.2;

    /// <summary>γ: a year's loss to risk is γ/2 times the squared tracking error.</summary>
    public double RiskAversion { get; init; } = 5;

    /// <summary>One-way cost of trading by asset, as a fraction; empty for <see cref="DefaultCost"/> everywhere.</summary>
    public IReadOnlyList<double> Costs { get; init; } = [];

    /// <summary>Gas of a whole rebalance.</summary>
    public double GasPerRebalance { get; init; } = 300_000;

    /// <summary>No asset that an optimiser chooses gets less than this share of what it shares out.</summary>
    public double GuardRail { get; init; } = 0.02;

    /// <summary>No target weight moves farther than this from one plan to the next.</summary>
    public double SpeedLimit { get; init; } = 0.05;

    /// <summary>Samples before the first plan.</summary>
    public int WarmUpSamples { get; init; } = 60;

    internal double CostOf(int asset) => Costs.Count == 0 ? DefaultCost : Costs[asset];
}
