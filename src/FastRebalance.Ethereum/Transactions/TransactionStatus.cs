namespace FastRebalance.Ethereum.Transactions;

/// <summary>Why a transaction is not accepted, or that it is.</summary>
public enum TransactionStatus : byte
{
    Unchecked = 0,
    Valid,

    /// <summary>The first byte is no known type and starts no list.</summary>
    UnknownType,

    /// <summary>The bytes end too early.</summary>
    Truncated,

    /// <summary>Bytes follow the transaction.</summary>
    TrailingBytes,

    /// <summary>A length or a single byte is not in the one canonical form.</summary>
    NotCanonical,

    /// <summary>A list stands where a value is wanted.</summary>
    ListFound,

    /// <summary>A value stands where a list is wanted.</summary>
    ListWanted,

    /// <summary>A number starts with a zero byte.</summary>
    LeadingZero,

    /// <summary>A number or a fixed-size value is longer than its type.</summary>
    TooLong,

    /// <summary>A fixed-size value is shorter than its type.</summary>
    TooShort,

    TooFewFields,
    TooManyFields,

    /// <summary>Types 3 and 4 call an account; they cannot create a contract.</summary>
    RecipientMissing,

    /// <summary>A list that must name something names nothing: the blobs of type 3, the authorizations of type 4.</summary>
    ListEmpty,

    /// <summary>A blob's hash does not start with 1, the only version there is.</summary>
    BlobVersionUnknown,

    /// <summary>The blobs, commitments and proofs that travel with type 3 are not those its hashes name, or not as many.</summary>
    SidecarMismatch,

    /// <summary>v is neither 27, 28 nor 35 and above with a chain other than 0; or the parity is neither 0 nor 1.</summary>
    VOutOfRange,

    /// <summary>r is not from 1 to the curve's order less one, or s is not from 1 to half of it (EIP-2).</summary>
    SignatureOutOfRange,

    /// <summary>No public key fits the signature.</summary>
    SenderNotRecoverable,

    /// <summary>Signed for another chain.</summary>
    WrongChain,

    /// <summary>The nonce is 2^64 - 1, which no account may use (EIP-2681).</summary>
    NonceExhausted,

    /// <summary>The tip is above the fee cap.</summary>
    TipAboveMaxFee,

    /// <summary>Gas limit times price does not fit 256 bits.</summary>
    FeeOverflow,

    /// <summary>The gas limit is below what the transaction costs before its first instruction.</summary>
    IntrinsicGasTooLow,

    /// <summary>The code of a creation is longer than 49152 bytes (EIP-3860).</summary>
    InitCodeTooLong,
}
