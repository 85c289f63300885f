namespace FastRebalance.Native;

/// <summary>Ranges of a basket problem, as fastrebalance.h states them.</summary>
public static class DualLimits
{
    public const int MaxTokens = 512;
    public const int MaxEdges = 65536;
    public const int MaxSegments = 1048576;
    public const int MaxIterations = 10000;
}
