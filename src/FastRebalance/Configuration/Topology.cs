namespace FastRebalance.Configuration;

/// <summary>How the hot work is shared out among threads. Zero is none named.</summary>
public enum Topology : byte
{
    Unknown = 0,

    /// <summary>One engine thread does everything from the event to the order.</summary>
    Fused,

    /// <summary>Its steps have a thread each: the engine values and triggers, the trade thread sizes and routes, the publish thread hands on.</summary>
    Staged,
}
