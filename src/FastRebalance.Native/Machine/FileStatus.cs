namespace FastRebalance.Native.Machine;

/// <summary>What came of a call about a file. Zero is no answer.</summary>
public enum FileStatus : byte
{
    Unknown = 0,
    Done,
    NotFound,

    /// <summary>It was to be new and is there already.</summary>
    Exists,

    /// <summary>The name is a symbolic link's.</summary>
    IsLink,

    /// <summary>A part of the path that should be a folder is none.</summary>
    NotAFolder,

    /// <summary>Another process has locked it.</summary>
    InUse,

    /// <summary>No space, or no quota, is left.</summary>
    NoSpace,

    /// <summary>The file system is mounted read-only.</summary>
    ReadOnly,

    NotPermitted,

    /// <summary>The system refused for a reason of its own; of a sync: what was written may be lost, and asking again would not tell.</summary>
    Failed,

    /// <summary>This operating system has no such call.</summary>
    Unsupported,
}
