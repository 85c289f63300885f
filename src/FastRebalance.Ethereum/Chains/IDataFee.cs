using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Ethereum.Chains;

/// <summary>How a rollup charges for putting a transaction's bytes on L1. Its prices are read off the chain at each head.</summary>
public interface IDataFee
{
    /// <summary>
    /// True where the fee is taken as gas, so that the node's own gas estimates hold it already; false where it is taken beside the gas.
    /// </summary>
    bool IsInGasEstimate { get; }

    /// <summary>Calls whose answers are the prices; asked at one block, all together.</summary>
    IReadOnlyList<EthCall> Questions { get; }

    /// <summary>Reads the prices.</summary>
    /// <param name="answers">In the order of the questions.</param>
    /// <param name="terms">The prices; null where the answers are not those of such a chain.</param>
    bool TryRead(IReadOnlyList<EthCallOutcome> answers, out IDataFeeTerms? terms);
}

/// <summary>What the bytes of a transaction cost at one head.</summary>
public interface IDataFeeTerms
{
    /// <summary>The fee in wei; what the node would charge, never less.</summary>
    /// <param name="signed">The signed transaction as it travels.</param>
    /// <param name="gas">What it uses, or may use.</param>
    UInt256 FeeWei(ReadOnlySpan<byte> signed, ulong gas);
}
