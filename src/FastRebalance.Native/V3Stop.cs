using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>A stop of a walk over a concentrated pool's ranges. The layout is fr_v3_stop of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct V3Stop
{
    /// <summary>Square root of token 1 per token 0, Q64.96; above 0, below 2^160.</summary>
    public Wide256 Price;

    /// <summary>What passing it upwards adds to the liquidity; 0 where no tick is.</summary>
    public Int128 Net;
}
