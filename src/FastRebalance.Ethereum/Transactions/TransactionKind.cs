namespace FastRebalance.Ethereum.Transactions;

/// <summary>The transaction envelopes this engine reads, and signs but for the blobs. The number on the wire is one less.</summary>
public enum TransactionKind : byte
{
    Unknown = 0,

    /// <summary>No envelope: the form of Frontier, with the chain inside v since EIP-155 or unprotected.</summary>
    Legacy,

    /// <summary>Type 1 (EIP-2930): a gas price and an access list.</summary>
    AccessList,

    /// <summary>Type 2 (EIP-1559): a tip and a fee cap.</summary>
    DynamicFee,

    /// <summary>Type 3 (EIP-4844): type 2 with the hashes of blobs. Read, not signed: its blobs need proofs that are not made here.</summary>
    Blob,

    /// <summary>Type 4 (EIP-7702): type 2 with authorizations, by which accounts take a contract's code.</summary>
    SetCode,
}
