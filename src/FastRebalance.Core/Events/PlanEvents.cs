using System.Runtime.CompilerServices;

namespace FastRebalance.Core.Events;

/// <summary>
/// What slow work says about one asset: a target weight from outside or from an optimiser, estimates, and the no-trade region made from
/// them. Which of it counts is told by <see cref="PlanReady.Parts"/>; the rest stays as the plan before had it.
/// </summary>
/// <remarks>Plans come as events, so that whoever makes them, and however long that takes, a replay decides the same.</remarks>
public struct PlanAsset
{
    /// <summary>Fraction of the portfolio.</summary>
    public double TargetWeight;

    /// <summary>Standard deviation of the log return, per square root of a year.</summary>
    public double Volatility;

    /// <summary>A price that no single print can have moved: a median of samples before the plan. Numeraire per whole token.</summary>
    public double AnchorPrice;

    /// <summary>Distance of the weight from its target at which a trade begins to pay; a fraction of the portfolio.</summary>
    public double TriggerDrift;

    /// <summary>Distance from the target at which that trade should land; at most <see cref="TriggerDrift"/>.</summary>
    public double LandingDrift;

    /// <summary>Variance of the weight's drift, per year.</summary>
    public double DriftVariance;

    /// <summary>Loss per year and per squared drift: the risk price times the asset's variance.</summary>
    public double RiskPrice;

    /// <summary>Loss per year of the best rule, as a fraction of the portfolio, at average gas.</summary>
    public double LossRate;

    /// <summary>One-way proportional cost of trading the asset, as a fraction.</summary>
    public double Cost;
}

/// <summary>The matrices of a plan.</summary>
public enum PlanMatrix : byte
{
    None = 0,

    /// <summary>Covariance of log returns, per year.</summary>
    Covariance,

    /// <summary>The no-trade ellipsoid: a drift vector d is inside while d'Md is at most 1.</summary>
    Region,
}

/// <summary>Some numbers of one row of a matrix; the row is the event's subject.</summary>
public struct PlanRow
{
    /// <summary>Most numbers of one event.</summary>
    public const int MaxCount = PlanNumbers.Length;

    public PlanMatrix Matrix;

    /// <summary>How many of <see cref="Numbers"/> count.</summary>
    public byte Count;

    /// <summary>Column of the first of them.</summary>
    public ushort FirstColumn;

    public PlanNumbers Numbers;
}

/// <summary>The doubles that a slot has room for.</summary>
[InlineArray(Length)]
public struct PlanNumbers
{
    public const int Length = 11;

    private double _first;
}

/// <summary>Which parts of a plan are new.</summary>
[Flags]
public enum PlanParts : byte
{
    None = 0,

    /// <summary><see cref="PlanAsset.TargetWeight"/> of every asset.</summary>
    Targets = 1,

    /// <summary>Volatility and anchor price of every asset.</summary>
    Estimates = 2,

    /// <summary>The no-trade region of every asset, and what values it.</summary>
    Regions = 4,

    /// <summary>The whole <see cref="PlanMatrix.Covariance"/>.</summary>
    Covariance = 8,

    /// <summary>The whole <see cref="PlanMatrix.Region"/>.</summary>
    Ellipsoid = 16,
}

/// <summary>Ends a plan.</summary>
public struct PlanReady
{
    /// <summary>
    /// How unusual the market is: 1 in usual times, above in stress, never below. Economic bands may widen with it, safety bands only
    /// tighten. 0 leaves it as it was.
    /// </summary>
    public double Stress;

    /// <summary>Numeraire that a rebalance usually costs in gas; 0 leaves it as it was.</summary>
    public double AverageGasNumeraire;

    public PlanParts Parts;
}
