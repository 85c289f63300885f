using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>The answer to a <see cref="V3QuoteRequest"/>. The layout is fr_v3_quote of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct V3Quote
{
    /// <summary>Units that come out; 0 after an overflow or a bad request, and so is what follows.</summary>
    public Wide256 AmountOut;

    /// <summary>Units that go in, fee included: less than asked where the stops end before.</summary>
    public Wide256 AmountInUsed;

    public NativeQuoteStatus Status;

    /// <summary>Stops passed, of the request's.</summary>
    public int StopsPassed;
}
