namespace FastRebalance.Routing.Baskets;

/// <summary>The numbers that a basket is computed with: products of a few of them stay among the doubles.</summary>
internal static class SoundNumbers
{
    public const double Least = 1e-60;
    public const double Largest = 1e60;

    // False for NaN as well: every comparison with it is.
    public static bool IsSound(double x) => x is >= Least and <= Largest;
}
