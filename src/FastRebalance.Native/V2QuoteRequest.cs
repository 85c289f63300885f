using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>One exact-input quote of a constant-product pool. The layout is fr_v2_request of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct V2QuoteRequest
{
    /// <summary>Units of the sold asset that the pool holds; below 2^112.</summary>
    public UInt128 ReserveIn;

    /// <summary>Units of the bought asset; below 2^112.</summary>
    public UInt128 ReserveOut;

    /// <summary>Units that go in.</summary>
    public Wide256 AmountIn;

    /// <summary>What the fee leaves: FeeKept / <see cref="FeeWhole"/> of the input; above 0.</summary>
    public uint FeeKept;

    /// <summary>At least <see cref="FeeKept"/>, at most 1000000.</summary>
    public uint FeeWhole;
}
