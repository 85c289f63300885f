using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// What a type 2 transaction says, before it is signed. The chain is not here: it is the signer's, so one order cannot be signed for
/// the wrong chain. The memory behind <see cref="Data"/> and <see cref="AccessList"/> is only read, during the call it is passed to.
/// </summary>
public struct Eip1559Transaction
{
    public ulong Nonce;

    /// <summary>Tip per gas, in wei; at most <see cref="MaxFeePerGasWei"/>.</summary>
    public UInt256 MaxPriorityFeePerGasWei;

    /// <summary>Most that is paid per gas, base fee and tip together, in wei.</summary>
    public UInt256 MaxFeePerGasWei;

    public ulong GasLimit;

    /// <summary>The account called; null creates a contract from <see cref="Data"/>.</summary>
    public Address? To;

    public UInt256 ValueWei;

    public ReadOnlyMemory<byte> Data;

    public ReadOnlyMemory<AccessListEntry> AccessList;

    /// <summary>The same words in the form that all kinds share.</summary>
    public readonly TransactionFields ToFields(ulong chainId) => new()
    {
        Kind = TransactionKind.DynamicFee,
        ChainId = chainId,
        Nonce = Nonce,
        MaxPriorityFeePerGasWei = MaxPriorityFeePerGasWei,
        MaxFeePerGasWei = MaxFeePerGasWei,
        GasLimit = GasLimit,
        To = To,
        ValueWei = ValueWei,
        Data = Data,
        AccessList = AccessList,
    };
}
