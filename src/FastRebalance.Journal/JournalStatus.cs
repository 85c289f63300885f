namespace FastRebalance.Journal;

/// <summary>Whether a journal takes records.</summary>
public enum JournalStatus : byte
{
    None = 0,
    Open,

    /// <summary>The disk failed once. Nothing is accepted any more, whatever the disk does later: what a failed flush lost is unknown.</summary>
    Faulted,

    /// <summary>Completed or disposed of.</summary>
    Closed,
}
