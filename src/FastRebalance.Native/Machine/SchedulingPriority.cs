namespace FastRebalance.Native.Machine;

/// <summary>How a thread stands against the others that want its core. Zero is none named.</summary>
public enum SchedulingPriority : byte
{
    Unknown = 0,

    /// <summary>As every thread begins.</summary>
    Normal,

    /// <summary>More of the core than others, who still get theirs (Linux: nice -10; Windows: highest).</summary>
    High,

    /// <summary>
    /// Before every ordinary thread, always (Linux: SCHED_FIFO 10, below the kernel's own interrupt threads at 50; Windows: time critical).
    /// One that spins takes its core from everything else there, so it is for a core of its own.
    /// </summary>
    Realtime,
}
