namespace FastRebalance.Routing.Duals;

/// <summary>Goals by the numbers that fastrebalance.h gives them.</summary>
internal static class DualGoals
{
    public const int TargetWeights = 1;
    public const int TrackingError = 2;
    public const int MostOfOne = 3;
}
