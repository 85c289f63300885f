namespace FastRebalance.Execution.Presigning;

/// <summary>What became of a shot. Zero is no answer; bytes may have left only with <see cref="Fired"/>.</summary>
public enum FireVerdict : byte
{
    None = 0,

    /// <summary>Told to the log, and given to the channels that <see cref="FireOutcome.ChannelsWritten"/> names: from here on it may be mined.</summary>
    Fired,

    /// <summary>No rung for it; the class says why.</summary>
    Missed,

    /// <summary>The account is closed, draining or killed.</summary>
    Closed,

    /// <summary>The account thread withdrew the slot at the same moment.</summary>
    Withdrawn,

    /// <summary>No channel is connected: nothing was used up.</summary>
    NoChannel,

    /// <summary>Earlier shots were not taken over by the account thread yet.</summary>
    Unread,

    /// <summary>The log did not take it; its verdict says why. No byte left.</summary>
    NotLogged,
}
