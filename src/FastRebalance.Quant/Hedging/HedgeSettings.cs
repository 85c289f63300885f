namespace FastRebalance.Quant.Hedging;

/// <summary>How far a hedge may be off, and how healthy its margin must be.</summary>
public sealed record HedgeSettings
{
    /// <summary>ε: what a trade of the hedge costs, one way.</summary>
    public double Cost { get; init; } = 0.0005;

    /// <summary>Gas of a trade, in quote currency.</summary>
    public double Gas { get; init; }

    /// <summary>γ per unit of money: relative risk aversion over the book's value.</summary>
    public double AbsoluteRiskAversion { get; init; } = 5e-6;

    /// <summary>Units of hedge per unit held; one, or the ratio of least variance.</summary>
    public double Ratio { get; init; } = 1;

    /// <summary>The hedge is never off by more than this share of what it hedges, whatever the band says.</summary>
    public double MostGapShare { get; init; } = 0.1;

    /// <summary>Health of the hedge's margin from which on both legs are cut, ahead of everything.</summary>
    public double Ripcord { get; init; } = 1.1;

    /// <summary>Health below which margin is topped up.</summary>
    public double TopUpBelow { get; init; } = 1.3;

    /// <summary>Health after a change of margin.</summary>
    public double MarginTo { get; init; } = 1.6;

    /// <summary>Health above which margin is taken out again.</summary>
    public double TakeOutAbove { get; init; } = 2.2;

    /// <summary>Every rule that is broken, each with what to do about it; none where the settings are sound.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        void Demand(bool holds, string fix)
        {
            if (!holds)
                problems.Add(fix);
        }
        Demand(Cost is >= 0 and < 1, $"the cost of a hedge must lie from 0 to below 1, found {Cost}");
        Demand(Gas >= 0 && double.IsFinite(Gas), $"gas must not be negative, found {Gas}");
        Demand(AbsoluteRiskAversion > 0 && double.IsFinite(AbsoluteRiskAversion),
            $"risk aversion must lie above 0, found {AbsoluteRiskAversion}");
        Demand(Ratio > 0 && double.IsFinite(Ratio), $"the hedge ratio must lie above 0, found {Ratio}");
        Demand(MostGapShare is > 0 and <= 1, $"the most gap must be a share above 0 and up to 1, found {MostGapShare}");
        Demand(Ripcord >= 1 && TopUpBelow > Ripcord && MarginTo > TopUpBelow && TakeOutAbove > MarginTo,
            "health must rise from the ripcord (1 or more) over topping up and the landing to taking out; "
            + $"found {Ripcord}, {TopUpBelow}, {MarginTo}, {TakeOutAbove}");
        return problems;
    }
}
