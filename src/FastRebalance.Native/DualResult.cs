using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>How a dual solver fared. The layout is fr_dual_result.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DualResult
{
    /// <summary>How far the trades at the prices are from balance; about twice the gap.</summary>
    public double Merit;

    /// <summary>Hash of every number that steered the iteration, and of the prices.</summary>
    public ulong Trace;

    /// <summary>Steps made.</summary>
    public int Iterations;

    /// <summary>Passes over the edges.</summary>
    public int Evaluations;

    /// <summary>Matrices factored.</summary>
    public int Factorings;

    private readonly int _reserved;
}
