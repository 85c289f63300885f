namespace FastRebalance.StressTests.Presigning;

/// <summary>Mistakes that a gate could have. Zero is none, and is not raced.</summary>
internal enum SeededShotBug
{
    None = 0,

    /// <summary>Looks at the gate, then writes it: two steps where one is wanted.</summary>
    CheckThenAct,

    /// <summary>Looks at the gate and sends, without taking it.</summary>
    SendsByALook,
}
