using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>The base fee of the block after a block (EIP-1559): half of the gas limit is the target, and an eighth the largest step.</summary>
public static class NextBaseFee
{
    private const ulong Elasticity = 2;
    private const ulong Denominator = 8;

    public static UInt256 After(ulong baseFeeWei, ulong gasUsed, ulong gasLimit)
    {
        ulong target = gasLimit / Elasticity;
        if (target == 0 || gasUsed == target || baseFeeWei == 0)
            return baseFeeWei;
        ulong distance = gasUsed > target ? gasUsed - target : target - gasUsed;
        UInt256.TryMulDiv(baseFeeWei, distance, target, out UInt256 scaled);
        UInt256 step = scaled / Denominator;
        if (gasUsed > target)
            return UInt256.WrappingAdd(baseFeeWei, UInt256.Max(step, UInt256.One));
        return UInt256.TrySubtract(baseFeeWei, step, out UInt256 lower) ? lower : UInt256.Zero;
    }
}
