namespace FastRebalance.Engine.Fleet;

/// <summary>What new quantities did to a portfolio of the fleet. Zero is no answer.</summary>
public enum SettleVerdict : byte
{
    Unsettled = 0,

    /// <summary>Inside its bands and watched again.</summary>
    Watched,

    /// <summary>Still outside: it has fired again, and the next call that hands out verdicts hands out this one.</summary>
    FiredAgain,

    /// <summary>Its last verdict waits to be handed out; take that first. Nothing changed.</summary>
    NotToldYet,

    /// <summary>A quantity is negative or not a number, or they are not as many as the portfolio has holdings. Nothing changed.</summary>
    BadQuantities,

    /// <summary>The fleet has no such portfolio.</summary>
    Unknown,
}
