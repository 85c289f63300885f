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
}
