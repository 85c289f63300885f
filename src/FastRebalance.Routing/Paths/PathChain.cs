namespace FastRebalance.Routing.Paths;

/// <summary>
/// Edges walked so far as one function, Rate * x / (1 + Drag * x) in the direction of the trade: struct fr_chain of
/// native/src/path_search.h.
/// </summary>
internal readonly struct PathChain(double rate, double drag)
{
    public readonly double Rate = rate;
    public readonly double Drag = drag;

    /// <summary>No edge at all.</summary>
    public static PathChain Nothing => new(1.0, 0.0);
}
