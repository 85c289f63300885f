namespace FastRebalance.Native.Machine;

/// <summary>What came of opening a file that must be no link. Zero is no answer.</summary>
public enum UnlinkedStatus : byte
{
    Unknown = 0,
    Opened,
    NotFound,

    /// <summary>The name is a symbolic link's.</summary>
    IsLink,

    /// <summary>The system does not let this user read it.</summary>
    Refused,

    /// <summary>This operating system has no such call.</summary>
    Unsupported,
}
