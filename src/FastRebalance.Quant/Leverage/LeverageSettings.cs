namespace FastRebalance.Quant.Leverage;

/// <summary>
/// How leverage is kept, when and how fast: the settings of Index Coop's flexible leverage strategies, for both sides of the market. A
/// short position has negative leverages throughout; "most" is then the one furthest below zero.
/// </summary>
public sealed record LeverageSettings
{
    /// <summary>Leverage to tend to.</summary>
    public double Target { get; init; } = 2;

    /// <summary>Rim of the band on the safe side.</summary>
    public double Least { get; init; } = 1.7;

    /// <summary>Rim on the risky side.</summary>
    public double Most { get; init; } = 2.3;

    /// <summary>From here on safety overrides economics: down to <see cref="Most"/>, with limits of its own.</summary>
    public double Ripcord { get; init; } = 2.6;

    /// <summary>Share of the way to the target taken at once.</summary>
    public double RecenteringSpeed { get; init; } = 0.05;

    /// <summary>Time between rebalances while leverage is in its band.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Time between the slices of a rebalance, on each venue.</summary>
    public TimeSpan SliceCooldown { get; init; } = TimeSpan.FromSeconds(3000);

    /// <summary>The same from the ripcord on.</summary>
    public TimeSpan RipcordCooldown { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Share of a trade that may be lost on the way.</summary>
    public double Slippage { get; init; } = 0.01;

    /// <summary>The same from the ripcord on.</summary>
    public double RipcordSlippage { get; init; } = 0.05;

    /// <summary>Share of the lender's limit that is left alone.</summary>
    public double Unused { get; init; } = 0.01;

    /// <summary>What may be borrowed against a unit of collateral: the lender's loan to value.</summary>
    public double LoanToValue { get; init; } = 0.75;

    /// <summary>What must remain behind debt while collateral is taken out: the lender's liquidation threshold.</summary>
    public double LiquidationThreshold { get; init; } = 0.75;

    /// <summary>
    /// Collateral can be sold before it is taken out, and debt paid before more is lent: the lender's limits hold for what a trade leaves, not on
    /// the way there.
    /// </summary>
    public bool HasFlashLoans { get; init; }

    /// <summary>One on the long side, minus one on the short.</summary>
    internal double Side => Target < 0 ? -1 : 1;

    internal LeverageRule Rule => new(Side * Target, Side * Least, Side * Most, RecenteringSpeed, Side * Ripcord);

    /// <summary>Every rule that is broken, each with what to do about it; none where the settings are sound.</summary>
    public IReadOnlyList<string> Problems()
    {
        (double target, double least, double most, _, double ripcord) = Rule;
        List<string> problems = [];
        void Demand(bool holds, string fix)
        {
            if (!holds)
                problems.Add(fix);
        }
        double unlevered = Side > 0 ? 1 : 0;
        Demand(least > unlevered && least <= target,
            $"least leverage must lie beyond {unlevered} and not beyond the target {Target}, found {Least}");
        Demand(most >= target && double.IsFinite(most), $"most leverage must not fall short of the target {Target}, found {Most}");
        Demand(RecenteringSpeed is > 0 and <= 1, $"recentering speed must lie above 0 and up to 1, found {RecenteringSpeed}");
        Demand(Unused is >= 0 and < 1, $"the unused share must lie from 0 to below 1, found {Unused}");
        Demand(Slippage is >= 0 and <= 1, $"slippage must lie from 0 to 1, found {Slippage}");
        Demand(RipcordSlippage is >= 0 and <= 1, $"the ripcord's slippage must lie from 0 to 1, found {RipcordSlippage}");
        Demand(ripcord >= most && double.IsFinite(ripcord),
            $"the ripcord must not fall short of the most leverage {Most}, found {Ripcord}");
        Demand(Interval >= SliceCooldown, $"the interval must be at least the cooldown of slices {SliceCooldown}, found {Interval}");
        Demand(SliceCooldown >= RipcordCooldown && RipcordCooldown >= TimeSpan.Zero,
            $"the cooldown of slices must be at least the ripcord's, which is not negative; found {SliceCooldown} and {RipcordCooldown}");
        Demand(LoanToValue is > 0 and <= 1 && LiquidationThreshold >= LoanToValue && LiquidationThreshold <= 1,
            "loan to value must lie above 0 and up to the liquidation threshold, and that up to 1; "
            + $"found {LoanToValue} and {LiquidationThreshold}");
        return problems;
    }
}
