using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Fees;

/// <summary>The most that a nonce can cost: over everything that was ever let out at it, each field's highest.</summary>
/// <param name="MaxFeePerGasWei">Cap per gas.</param>
/// <param name="GasLimit">Gas limit.</param>
/// <param name="ValueWei">Ether sent along.</param>
public readonly record struct SlotCost(ulong MaxFeePerGasWei, ulong GasLimit, UInt256 ValueWei)
{
    /// <summary>Cap times gas, and the value; the largest value where that does not fit 256 bits.</summary>
    public UInt256 MostWei
    {
        get
        {
            UInt256 gas = (UInt128)MaxFeePerGasWei * GasLimit;
            return ValueWei > UInt256.MaxValue - gas ? UInt256.MaxValue : ValueWei + gas;
        }
    }
}
