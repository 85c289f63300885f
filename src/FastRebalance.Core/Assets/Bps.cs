namespace FastRebalance.Core.Assets;

/// <summary>Basis points: one hundredth of a percent. Used for bands, limits and drift, never for money.</summary>
public readonly record struct Bps(double Value) : IComparable<Bps>
{
    public const double PerUnit = 10_000;

    /// <summary>The same quantity as a plain fraction: 100 bps is 0.01.</summary>
    public double Fraction => Value / PerUnit;

    public static Bps FromFraction(double fraction) => new(fraction * PerUnit);

    public int CompareTo(Bps other) => Value.CompareTo(other.Value);

    public static bool operator <(Bps left, Bps right) => left.Value < right.Value;

    public static bool operator >(Bps left, Bps right) => left.Value > right.Value;

    public static bool operator <=(Bps left, Bps right) => left.Value <= right.Value;

    public static bool operator >=(Bps left, Bps right) => left.Value >= right.Value;

    public override string ToString() => $"{Value:0.##} bps";
}
