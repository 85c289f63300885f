namespace FastRebalance.Engine.Sizing;

/// <summary>How far a drift is beyond where it should land.</summary>
internal static class Landing
{
    /// <summary>What to trade away so that a drift of at most <paramref name="distance"/> is left, on its own side; 0 inside it, or where unknown.</summary>
    public static double Beyond(double drift, double distance) =>
        drift > distance ? drift - distance : drift < -distance ? drift + distance : 0;
}
