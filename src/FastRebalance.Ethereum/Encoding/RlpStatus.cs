namespace FastRebalance.Ethereum.Encoding;

/// <summary>Why a reader of RLP stopped, in the order the checks are made on an item.</summary>
public enum RlpStatus : byte
{
    Unread = 0,
    Ok,

    /// <summary>The bytes end before the item does.</summary>
    Truncated,

    /// <summary>The length of a long item starts with a zero byte or is below 56.</summary>
    LengthNotCanonical,

    /// <summary>A single byte below 0x80 was wrapped in a one-byte string.</summary>
    ByteNotCanonical,

    /// <summary>A list stands where a string of bytes is wanted.</summary>
    ListFound,

    /// <summary>A string of bytes stands where a list is wanted.</summary>
    BytesFound,

    /// <summary>An integer starts with a zero byte.</summary>
    LeadingZero,

    /// <summary>An integer or string is longer than the type it is read into.</summary>
    TooLong,

    /// <summary>A string is shorter than the fixed length wanted.</summary>
    TooShort,

    /// <summary>The list has fewer items than wanted.</summary>
    TooFewItems,

    /// <summary>Bytes are left after the last item wanted.</summary>
    TrailingBytes,

    /// <summary>Lists nest deeper than any honest message.</summary>
    TooDeep,
}
