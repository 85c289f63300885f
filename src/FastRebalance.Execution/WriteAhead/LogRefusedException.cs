namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// A write-ahead log cannot be trusted as it lies there, and nothing was changed in it. Trading on would risk a second fill: a person has to look.
/// </summary>
public sealed class LogRefusedException(string file, string found, string remedy) : Exception($"{file}: {found}; {remedy}")
{
    /// <summary>Path of the file or folder.</summary>
    public string File { get; } = file;

    /// <summary>What is wrong with it.</summary>
    public string Found { get; } = found;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}
