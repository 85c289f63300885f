namespace FastRebalance.Ethereum.Encoding;

/// <summary>The form a revert's data has.</summary>
public enum RevertKind : byte
{
    Unread = 0,

    /// <summary>No data at all: a bare revert, or gas ran out.</summary>
    Empty,

    /// <summary>Error(string): require with a message.</summary>
    Error,

    /// <summary>Panic(uint256): the compiler's own checks.</summary>
    Panic,

    /// <summary>A contract's own error, named by its selector.</summary>
    Custom,

    /// <summary>Neither; the text is the data.</summary>
    Unreadable,
}
