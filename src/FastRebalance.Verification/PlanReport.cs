namespace FastRebalance.Verification;

/// <summary>What a verification found. The figures are the recomputed ones, NaN as far as it did not come to them.</summary>
/// <param name="Verdict">The first thing that is wrong, or <see cref="PlanVerdict.Verified"/>.</param>
public sealed record PlanReport(PlanVerdict Verdict)
{
    /// <summary>Zero-based leg that the verdict is about; -1 for none.</summary>
    public int Leg { get; init; } = -1;

    /// <summary>Zero-based asset that the verdict is about; -1 for none.</summary>
    public int Asset { get; init; } = -1;

    /// <summary>What the plan says where it says another thing; NaN where the verdict is not about a number.</summary>
    public double Claimed { get; init; } = double.NaN;

    /// <summary>The goal's value of the final holdings, the gas of the legs taken off.</summary>
    public double Value { get; init; } = double.NaN;

    /// <summary>What no plan exceeds, at the plan's dual prices.</summary>
    public double Bound { get; init; } = double.NaN;

    /// <summary><see cref="Bound"/> less <see cref="Value"/>, subtracted in high precision.</summary>
    public double Gap { get; init; } = double.NaN;

    /// <summary>The gap that the plan claims.</summary>
    public double ClaimedGap { get; init; } = double.NaN;

    /// <summary>The gap of the holdings at the start; infinite where they are worth nothing to the goal.</summary>
    public double GapOfDoingNothing { get; init; } = double.NaN;

    /// <summary>By how much <see cref="Bound"/> may lie too low because of pools whose curve is known by pieces only.</summary>
    public double Slack { get; init; } = double.NaN;

    public bool IsVerified => Verdict == PlanVerdict.Verified;

    public override string ToString()
    {
        string where = Leg >= 0 ? $" at leg {Leg}" : Asset >= 0 ? $" at asset {Asset}" : "";
        string claimed = double.IsNaN(Claimed) ? "" : $", claimed {Claimed:R}";
        return $"{Verdict}{where}{claimed}; value {Value:R}, bound {Bound:R}, gap {Gap:R} (claimed {ClaimedGap:R}), slack {Slack:R}";
    }
}
