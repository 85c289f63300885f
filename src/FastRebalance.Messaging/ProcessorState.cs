namespace FastRebalance.Messaging;

/// <summary>Where a processor stands in its life. It goes down this list only.</summary>
public enum ProcessorState
{
    /// <summary>Made, and not started yet.</summary>
    Idle = 0,

    Running,

    /// <summary>Asked to stop after what is published.</summary>
    Draining,

    /// <summary>Asked to stop after the batch in hand.</summary>
    Halting,

    /// <summary>Ended as asked.</summary>
    Stopped,

    /// <summary>A handler threw. The event is not counted as done, and nothing is processed any more.</summary>
    Faulted,
}
