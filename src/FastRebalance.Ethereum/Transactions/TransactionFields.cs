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

    /// <summary>Tip per gas in wei; types 2 to 4.</summary>
    public UInt256 MaxPriorityFeePerGasWei;

    /// <summary>Types 2 to 4: most that is paid per gas, in wei. Legacy and type 1: the gas price.</summary>
    public UInt256 MaxFeePerGasWei;

    public ulong GasLimit;

    /// <summary>The account called; null creates a contract from <see cref="Data"/>, which types 3 and 4 cannot.</summary>
    public Address? To;

    public UInt256 ValueWei;

    /// <summary>After decoding, a slice of the memory that was decoded: it lives as long as that memory does.</summary>
    public ReadOnlyMemory<byte> Data;

    /// <summary>Types 1 to 4.</summary>
    public ReadOnlyMemory<AccessListEntry> AccessList;

    /// <summary>Most that is paid per gas of a blob, in wei; type 3 only.</summary>
    public UInt256 MaxFeePerBlobGasWei;

    /// <summary>Type 3 only, and there at least one.</summary>
    public ReadOnlyMemory<Hash32> BlobVersionedHashes;

    /// <summary>Type 4 only, and there at least one.</summary>
    public ReadOnlyMemory<Authorization> AuthorizationList;

    /// <summary>True where the transaction creates a contract.</summary>
    public readonly bool CreatesContract => To is null;

    /// <summary>True for the kinds that pay a tip under a fee cap.</summary>
    internal readonly bool HasTip => Kind >= TransactionKind.DynamicFee;

    /// <summary>True for the kinds that must call an account.</summary>
    internal readonly bool MustCall => Kind >= TransactionKind.Blob;
}
