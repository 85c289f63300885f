namespace FastRebalance.Journal;

/// <summary>A journal is damaged where no crash damages it: something other than the writer has changed it.</summary>
public sealed class JournalCorruptException(string file, long offset, string found)
    : Exception($"{file}, offset {offset}: {found}; the journal is damaged inside, not merely cut short: restore it from a copy")
{
    /// <summary>Path of the damaged segment.</summary>
    public string File { get; } = file;

    /// <summary>Where the first damaged record (or header) starts.</summary>
    public long Offset { get; } = offset;
}

/// <summary>A record was refused by a journal that has failed. Thrown on a ring's consumer thread, where it stops trading.</summary>
public sealed class JournalFaultedException(string reason) : Exception($"the journal takes no more records: {reason}");
