namespace FastRebalance.Lending.Logs;

/// <summary>What became of an event. Zero is never a yes.</summary>
public enum LendingLogStatus : byte
{
    /// <summary>The event says nothing.</summary>
    Unknown = 0,

    /// <summary>The state is as after it.</summary>
    Applied,

    /// <summary>It changes nothing that is kept here: what it tells of comes again, scaled, from the tokens.</summary>
    Told,

    /// <summary>It contradicts the state: a log before it was left out, or came twice. Read the market anew.</summary>
    Contradicts,

    /// <summary>It changes something that logs do not tell whole, or that is not followed. Read the market anew.</summary>
    NeedsReading,
}
