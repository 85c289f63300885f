namespace FastRebalance.Configuration;

/// <summary>Limits; each is one check, and what may be left out is no check where it is.</summary>
/// <param name="MaxSlippageBps">Most that a leg may bring less than its worth at the prices of the pass.</param>
/// <param name="MaxTradeNumeraire">Largest single trade.</param>
/// <param name="MaxPriceAge">With an older price of any asset that counts nothing is traded.</param>
/// <param name="CoolDown">Least time between two orders.</param>
/// <param name="MaxGasNumerairePerDay">Gas budget of a day, from midnight UTC.</param>
public sealed record RiskSection(
    double MaxSlippageBps, double MaxTradeNumeraire, TimeSpan MaxPriceAge, TimeSpan CoolDown, double MaxGasNumerairePerDay)
{
    public BadPrintSection? BadPrint { get; init; }

    /// <summary>Most that a pool of a traded asset may be from the reference price.</summary>
    public double? MaxPoolDeviationBps { get; init; }

    /// <summary>An older price of the second source is none; as old as <see cref="MaxPriceAge"/> where it is left out.</summary>
    public TimeSpan? MaxReferenceAge { get; init; }

    /// <summary>Most turnover of a day, from midnight UTC, as a share of the portfolio.</summary>
    public double? MaxTurnoverPerDay { get; init; }

    public double? MaxTurnoverNumerairePerDay { get; init; }

    public SlippageBudgetSection? SlippageBudget { get; init; }

    public ExposureSection? Exposure { get; init; }

    /// <summary>Most loss from the portfolio's peak; more stops trading until an operator resumes it.</summary>
    public double? MaxDrawdownBps { get; init; }

    public FrozenPricesSection? FrozenPrices { get; init; }

    /// <summary>An order must leave the portfolio nearer to its target, and no asset across it.</summary>
    public bool PostTrade { get; init; } = true;
}

/// <param name="Sigmas">Standard deviations that a price may be from the plan's anchor price; null: no such gate.</param>
/// <param name="SpreadBps">What it may be from the anchor at any time.</param>
/// <param name="MaxReferenceDeviationBps">What it may be from the second source's price; null: no such gate.</param>
public sealed record BadPrintSection(double? Sigmas, double SpreadBps, double? MaxReferenceDeviationBps);

/// <param name="Bps">Of the portfolio.</param>
/// <param name="Decay">Time after which what was lost is forgiven, evenly.</param>
public sealed record SlippageBudgetSection(double Bps, TimeSpan Decay);

/// <param name="MaxWeight">By symbol, as fractions; an asset that is left out has no limit.</param>
/// <param name="MaxRisky">Of all but the numeraire together; null for no limit.</param>
public sealed record ExposureSection(IReadOnlyDictionary<string, double> MaxWeight, double? MaxRisky);

/// <param name="After">An asset whose price is older is not traded.</param>
/// <param name="AfterByAsset">The same for single assets, by symbol.</param>
/// <param name="MaxShare">With more of the portfolio frozen, only trades into cash go; 1: always all.</param>
public sealed record FrozenPricesSection(TimeSpan After, IReadOnlyDictionary<string, TimeSpan> AfterByAsset, double MaxShare);
