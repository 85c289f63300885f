namespace FastRebalance.Ethereum.TypedData;

/// <summary>How a value becomes its word.</summary>
internal enum TypedValueKind : byte
{
    /// <summary>No type of the standard's own; perhaps the name of a struct.</summary>
    None = 0,

    UnsignedInteger,
    SignedInteger,
    Boolean,
    Address,

    /// <summary>bytes1 to bytes32.</summary>
    FixedBytes,

    /// <summary>bytes: by its hash.</summary>
    Bytes,

    /// <summary>string: by the hash of its UTF-8.</summary>
    Text,

    /// <summary>By the hash of its elements' words.</summary>
    Array,
}
