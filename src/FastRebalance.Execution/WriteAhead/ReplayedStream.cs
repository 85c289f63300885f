namespace FastRebalance.Execution.WriteAhead;

/// <summary>What a reader found of a stream, and where its writer goes on.</summary>
internal sealed record ReplayedStream
{
    /// <summary>The oldest segment that counts; 1 where there is none yet.</summary>
    public required int FirstNumber { get; init; }

    /// <summary>The newest segment that holds a record; the first where none does, 0 where there is no segment.</summary>
    public required int LastNumber { get; init; }

    /// <summary>End of the last whole record in it.</summary>
    public required long End { get; init; }

    /// <summary>Sequence of its first record, or of the next where it has none.</summary>
    public required ulong FirstSequenceOfLast { get; init; }

    public required ulong NextSequence { get; init; }

    /// <summary>A crash tore off the last record.</summary>
    public required bool IsTorn { get; init; }

    /// <summary>Segments to take away: older than the first, or newer than the last.</summary>
    public required IReadOnlyList<int> Leftovers { get; init; }
}
