namespace FastRebalance.Native.Machine;

/// <summary>What came of asking for huge pages or locked memory. Zero is no answer; <see cref="MemoryPlacement.Explain"/> says each in words.</summary>
public enum MemoryStatus : byte
{
    Unknown = 0,

    /// <summary>The kernel was told that huge pages are wanted here; <see cref="MemoryPlacement.HugeBytes(nint, nuint)"/> says what came of it.</summary>
    Advised,

    /// <summary>The memory stays in RAM.</summary>
    Locked,

    /// <summary>The memory may leave RAM again.</summary>
    Unlocked,

    /// <summary>The range holds not one whole aligned huge page.</summary>
    TooSmall,

    /// <summary>Transparent huge pages are switched off on this machine.</summary>
    SwitchedOff,

    /// <summary>More than this process may lock.</summary>
    OverLimit,

    /// <summary>The system gives this only to those with the right to it.</summary>
    NotPermitted,

    /// <summary>This operating system has no way to do it.</summary>
    Unsupported,

    /// <summary>The system refused for a reason of its own.</summary>
    Failed,
}
