namespace FastRebalance.Simulation.Markets;

/// <summary>How the price moves against a trade as it grows.</summary>
public enum ImpactShape : byte
{
    Unknown = 0,

    /// <summary>With its size.</summary>
    Linear,

    /// <summary>With the square root of its size (Almgren, Thum, Hauptmann, Li 2005 found 0.6).</summary>
    SquareRoot,
}
