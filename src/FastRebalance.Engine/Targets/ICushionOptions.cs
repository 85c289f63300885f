namespace FastRebalance.Engine.Targets;

/// <summary>The options that every target with a floor has.</summary>
public interface ICushionOptions
{
    /// <summary>The floor as a fraction of the portfolio's value.</summary>
    double FloorFraction { get; }

    /// <summary>Continuous growth of the floor.</summary>
    double FloorGrowthPerYear { get; }

    /// <summary>Exposure per cushion. A fall by one part in so many, faster than it can be traded through, breaks the floor.</summary>
    double Multiplier { get; }

    /// <summary>Largest fraction of the portfolio in risky assets.</summary>
    double MaxExposure { get; }

    /// <summary>
    /// How long the value must have been at the floor before that is final, and above its peak before the floor follows: long enough that
    /// a single bad print does neither. Meanwhile there is no exposure at the floor.
    /// </summary>
    TimeSpan ConfirmAfter { get; }

    /// <summary>Weights of the risky assets among themselves, by symbol; they add up to one.</summary>
    Dictionary<string, double> Risky { get; }

    /// <summary>The asset that holds the rest; empty for the numeraire.</summary>
    string Safe { get; }
}
