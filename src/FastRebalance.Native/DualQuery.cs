using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>What is asked of a dual solver. The layout is fr_dual_query.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DualQuery
{
    /// <summary>One over the portfolio's value.</summary>
    public double Scale;

    /// <summary>Of a tracking-error goal; above 0 for the others too.</summary>
    public double Aversion;

    /// <summary>Merit, about twice the gap, at which to stop.</summary>
    public double Tolerance;

    /// <summary>1 target weights, 2 tracking error, 3 most of one token.</summary>
    public int Goal;

    /// <summary>Token whose amount is to be largest, for the third goal.</summary>
    public int Kept;

    /// <summary>1 to 10000.</summary>
    public int MaxIterations;

    /// <summary>Not 0: eps and the workspace are as the last call left them, and little has changed since.</summary>
    public int KeepFactor;
}
