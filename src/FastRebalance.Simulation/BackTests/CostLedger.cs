namespace FastRebalance.Simulation.BackTests;

/// <summary>Where the money went; numeraire.</summary>
public sealed record CostLedger
{
    /// <summary>Fees and half-spreads.</summary>
    public double Fees { get; init; }

    public double Impact { get; init; }

    /// <summary>Gas of orders that were executed.</summary>
    public double Gas { get; init; }

    /// <summary>Gas of orders that failed.</summary>
    public double FailedGas { get; init; }

    /// <summary>Interest paid less interest earned.</summary>
    public double Interest { get; init; }

    /// <summary>What liquidators took on top of what they repaid.</summary>
    public double Liquidations { get; init; }

    /// <summary>
    /// What prices moved between decision and execution, against the trade; negative where they moved with it. It is part of the price
    /// moves already, and so not of the total.
    /// </summary>
    public double AdverseMove { get; init; }

    public double Total => Fees + Impact + Gas + FailedGas + Interest + Liquidations;
}
