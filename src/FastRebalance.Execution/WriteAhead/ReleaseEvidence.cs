namespace FastRebalance.Execution.WriteAhead;

/// <summary>Whether an attempt's bytes may be known outside. It only ever grows.</summary>
public enum ReleaseEvidence : byte
{
    /// <summary>They have not left.</summary>
    None = 0,

    /// <summary>The machine lost its power after they were armed: the word that they left may be lost with it.</summary>
    Possible,

    /// <summary>The log says so, or somebody has them.</summary>
    Certain,
}
