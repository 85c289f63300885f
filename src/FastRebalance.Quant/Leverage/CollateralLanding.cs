namespace FastRebalance.Quant.Leverage;

/// <summary>Where a trade of collateral came to.</summary>
public enum CollateralLanding : byte
{
    /// <summary>Nobody looked.</summary>
    Unchecked = 0,

    /// <summary>Where it should be, give or take the offset.</summary>
    Landed,

    /// <summary>Health moved against the action, or not at all.</summary>
    WrongWay,

    /// <summary>The right way, and beyond the landing by more than the offset.</summary>
    Overshot,

    /// <summary>The right way, and short of the landing by more than the offset.</summary>
    FellShort,
}
