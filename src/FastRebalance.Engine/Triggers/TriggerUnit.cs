namespace FastRebalance.Engine.Triggers;

/// <summary>What the numbers of a <see cref="TriggerReading"/> count.</summary>
public enum TriggerUnit : byte
{
    /// <summary>The trigger has nothing to tell, or lacks what it would tell it from.</summary>
    None = 0,

    /// <summary>A fraction of the portfolio, or a plain ratio: 0.01 is one per cent.</summary>
    Fraction,

    /// <summary>A fraction of the portfolio per square root of a year: a tracking error.</summary>
    AnnualFraction,

    /// <summary>Seconds of event time.</summary>
    Seconds,

    /// <summary>Numeraire, or numeraire per whole token.</summary>
    Numeraire,

    /// <summary>Gwei per unit of gas.</summary>
    Gwei,
}
