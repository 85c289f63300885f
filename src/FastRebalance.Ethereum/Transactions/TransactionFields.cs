using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// What a transaction of any supported kind says, signature apart. A field the kind does not have is left at its default.
/// </summary>
public struct TransactionFields
{
    public TransactionKind Kind;

    /// <summary>Null in a legacy transaction without replay protection, and only there.</summary>
    public ulong? ChainId;

    public ulong Nonce;

    /// <summary>Tip per gas in wei; type 2 only.</summary>
    public UInt256 MaxPriorityFeePerGasWei;

    /// <summary>Type 2: most that is paid per gas, in wei. Legacy and type 1: the gas price.</summary>
    public UInt256 MaxFeePerGasWei;

    public ulong GasLimit;

    /// <summary>The account called; null creates a contract from <see cref="Data"/>.</summary>
    public Address? To;

    public UInt256 ValueWei;

    /// <summary>After decoding, a slice of the memory that was decoded: it lives as long as that memory does.</summary>
    public ReadOnlyMemory<byte> Data;

    /// <summary>Types 1 and 2 only.</summary>
    public ReadOnlyMemory<AccessListEntry> AccessList;

    /// <summary>True where the transaction creates a contract.</summary>
    public readonly bool CreatesContract => To is null;
}
