using FastRebalance.Quant.Linear;
using MathNet.Numerics.LinearAlgebra;

namespace FastRebalance.Quant.Optimisers;

/// <summary>Amounts of hedging instruments that bring given exposures to zero.</summary>
public static class RiskHedge
{
    /// <summary>Solves unitRisks · amounts = −exposures, least squares where no amounts do it exactly.</summary>
    /// <param name="unitRisks">One row per risk, one column per instrument: what a unit of it carries. R*H row by row, R at least H.</param>
    /// <param name="exposures">What is to be hedged, by risk; R.</param>
    /// <param name="amounts">Receives units of each instrument, H.</param>
    public static OptimiserStatus Solve(ReadOnlySpan<double> unitRisks, ReadOnlySpan<double> exposures, Span<double> amounts)
    {
        int risks = exposures.Length, instruments = amounts.Length;
        Symmetric.Expect(unitRisks.Length, risks * instruments, nameof(unitRisks));
        amounts.Clear();
        if (risks < instruments || instruments == 0 || !Symmetric.AllFinite(unitRisks) || !Symmetric.AllFinite(exposures))
            return OptimiserStatus.BadInput;
        var matrix = Matrix<double>.Build.DenseOfRowMajor(risks, instruments, unitRisks.ToArray());
        if (matrix.Rank() < instruments)
            return OptimiserStatus.Infeasible;
        Vector<double> solution = matrix.QR().Solve(-Vector<double>.Build.DenseOfArray(exposures.ToArray()));
        solution.AsArray().CopyTo(amounts);
        return OptimiserStatus.Solved;
    }
}
