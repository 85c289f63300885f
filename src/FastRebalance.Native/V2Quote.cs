using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>The answer to a <see cref="V2QuoteRequest"/>. The layout is fr_v2_quote of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct V2Quote
{
    /// <summary>Units that come out; 0 unless <see cref="NativeQuoteStatus.Exact"/>.</summary>
    public UInt128 AmountOut;

    public NativeQuoteStatus Status;

    private readonly int _reserved;
}
