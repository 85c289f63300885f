namespace FastRebalance.Verification;

/// <summary>What a verification counts with, beside the plan and the pools.</summary>
public sealed record VerifierTerms
{
    /// <summary>Gas of a leg beside its pool's own swap.</summary>
    public uint GasPerLeg { get; init; } = 25_000;

    /// <summary>How far the claimed value and bound may lie from the recomputed ones, relative above 1 and absolute below.</summary>
    public double Tolerance { get; init; } = 1e-12;

    /// <summary>
    /// How far the claimed gap may lie from the recomputed one, relative; of small ones <see cref="Tolerance"/>, and of any as much as doubles of
    /// the bound's size can tell apart.
    /// </summary>
    public double GapTolerance { get; init; } = 1e-6;

    /// <summary>
    /// Part of the value traded by which pieces fitted in doubles may miss a curve whose own formula is not computed here.
    /// </summary>
    public double PieceError { get; init; } = 1e-9;

    /// <summary>Base units by which a contract with such a curve may pay more than the curve says.</summary>
    public int PieceUnits { get; init; } = 16;
}
