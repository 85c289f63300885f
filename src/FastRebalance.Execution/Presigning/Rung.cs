using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Presigning;

/// <summary>One signed transaction of a ladder: where its bytes lie, and what it may cost.</summary>
/// <param name="Key">Its place.</param>
/// <param name="Hash">Its name on the chain.</param>
/// <param name="Start">First signed byte on the ladder's page.</param>
/// <param name="Length">Signed bytes.</param>
/// <param name="Fees">What it offers.</param>
/// <param name="GasLimit">Its gas limit.</param>
/// <param name="ArmedNs">Monotonic time at which it was known to be durable.</param>
public readonly record struct Rung(RungKey Key, Hash32 Hash, int Start, int Length, FeeQuote Fees, ulong GasLimit, long ArmedNs)
{
    /// <summary>Most that it can cost, in wei.</summary>
    public UInt128 MaxCostWei => (UInt128)Fees.MaxFeePerGasWei * GasLimit;
}
