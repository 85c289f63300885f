using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>What a swap brings and takes, in base units.</summary>
public struct SwapQuote
{
    /// <summary>Units paid out, exact.</summary>
    public UInt256 AmountOut;

    /// <summary>Units taken, fee included; less than asked where the pool runs out.</summary>
    public UInt256 AmountInUsed;

    /// <summary>Gas that the pool's own swap is expected to use, without transaction and router.</summary>
    public uint Gas;
}
