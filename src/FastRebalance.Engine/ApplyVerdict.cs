namespace FastRebalance.Engine;

/// <summary>What became of one event. Zero is no answer.</summary>
public enum ApplyVerdict : byte
{
    Unapplied = 0,
    Applied,
    UnknownKind,
    UnknownAsset,
    UnknownPool,

    /// <summary>Not finite, zero or negative.</summary>
    UnusablePrice,

    /// <summary>A newer price of the asset is known.</summary>
    OlderThanKnown,

    /// <summary>A plan with numbers that cannot be true, or without all of its lines: the plan before stays in force.</summary>
    UnusablePlan,

    /// <summary>No pool position is followed at that place, or its range is none.</summary>
    UnknownPosition,
}
