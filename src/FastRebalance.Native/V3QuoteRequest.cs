using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>
/// One exact-input quote of a concentrated pool. The stops are those where the contract's loop stops: initialised ticks, the ends of
/// bitmap words (every stop rounds) and at last the limit. The layout is fr_v3_request of fastrebalance.h.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct V3QuoteRequest
{
    /// <summary>Units that go in.</summary>
    public Wide256 AmountIn;

    /// <summary>Where the walk starts, as in <see cref="V3Stop.Price"/>.</summary>
    public Wide256 Price;

    /// <summary>Active there.</summary>
    public UInt128 Liquidity;

    /// <summary>Fee on the input, in millionths; below 1000000.</summary>
    public uint FeePips;

    /// <summary>Not zero: token 0 goes in and the price falls.</summary>
    public int SellsToken0;

    /// <summary>The request's first stop in the list of stops, which requests may share.</summary>
    public int FirstStop;

    /// <summary>How many, in the order of the walk.</summary>
    public int StopCount;
}
