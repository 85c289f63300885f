namespace FastRebalance.Ethereum.Encoding;

/// <summary>How writing or reading contract data went.</summary>
public enum AbiStatus : byte
{
    Unchecked = 0,
    Ok,

    /// <summary>Writing: the destination is too short. Reading: the data end before the value does.</summary>
    TooShort,

    /// <summary>Writing: more words were written into a frame than it was opened for, or fewer.</summary>
    FrameNotFilled,

    /// <summary>Reading: an offset or a length points outside the data.</summary>
    OffsetOutOfRange,

    /// <summary>Reading: a word holds more than its type does.</summary>
    ValueOutOfRange,
}
