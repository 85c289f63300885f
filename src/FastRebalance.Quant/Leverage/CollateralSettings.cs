namespace FastRebalance.Quant.Leverage;

/// <summary>
/// Between which health factors collateral is left alone, and where a trade lands. For a market that states a collateral ratio instead,
/// health is that ratio over the least one it allows.
/// </summary>
public sealed record CollateralSettings
{
    /// <summary>Health below which debt is repaid.</summary>
    public double RepayBelow { get; init; } = 1.25;

    /// <summary>Health after a repayment.</summary>
    public double RepayTo { get; init; } = 1.5;

    /// <summary>Health above which more is borrowed; infinite for never.</summary>
    public double BoostAbove { get; init; } = 1.8;

    /// <summary>Health after borrowing.</summary>
    public double BoostTo { get; init; } = 1.5;

    /// <summary>How far a trade may land beyond where it should; also the least way between a trigger and its landing.</summary>
    public double MostOffset { get; init; } = 0.05;

    /// <summary>Every rule that is broken, each with what to do about it; none where the settings are sound.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        void Demand(bool holds, string fix)
        {
            if (!holds)
                problems.Add(fix);
        }
        Demand(MostOffset > 0 && double.IsFinite(MostOffset), $"the offset must lie above 0, found {MostOffset}");
        Demand(RepayBelow > 1, $"repaying must begin above a health of 1, found {RepayBelow}");
        Demand(RepayTo >= RepayBelow + MostOffset && double.IsFinite(RepayTo),
            $"a repayment must land at least {MostOffset} above {RepayBelow}, found {RepayTo}");
        Demand(BoostTo <= BoostAbove - MostOffset, $"borrowing must land at least {MostOffset} below {BoostAbove}, found {BoostTo}");
        Demand(RepayTo + MostOffset <= BoostAbove, $"a repayment to {RepayTo} could land above {BoostAbove}, where borrowing begins");
        Demand(BoostTo - MostOffset >= RepayBelow, $"borrowing to {BoostTo} could land below {RepayBelow}, where repaying begins");
        return problems;
    }
}
