namespace FastRebalance.Native.Machine;

/// <summary>What came of asking for a core or a priority. Zero is no answer; <see cref="ThreadPlacement"/> explains each in words.</summary>
public enum PlacementStatus : byte
{
    Unknown = 0,

    /// <summary>The thread runs on the cores asked for and on no other.</summary>
    Pinned,

    /// <summary>The thread has the priority asked for.</summary>
    PrioritySet,

    /// <summary>This machine has no core of that number.</summary>
    NoSuchCore,

    /// <summary>The core is there, but switched off or outside what this process may use (a container's cpuset).</summary>
    CoreNotAllowed,

    /// <summary>The system gives this only to those with the right to it.</summary>
    NotPermitted,

    /// <summary>This operating system has no way to do it.</summary>
    Unsupported,

    /// <summary>The system refused for a reason of its own.</summary>
    Failed,
}
