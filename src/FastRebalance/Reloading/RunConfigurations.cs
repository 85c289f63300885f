using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Replaying;

namespace FastRebalance.Reloading;

/// <summary>The configurations that a recorded run went by, and how the one that somebody asks about stands to them.</summary>
internal sealed class RunConfigurations : IConfigurations
{
    private readonly RecordedConfigurations _recorded;

    private RunConfigurations(RecordedConfigurations recorded, ConfigurationChange first, ConfigurationChange last, int changes, ConfigFile asked)
    {
        _recorded = recorded;
        Changes = changes;
        First = recorded.First(in first);
        EndsWith = recorded.At(in last).Text == asked.Text;
    }

    /// <summary>Null where the run went by one throughout.</summary>
    /// <exception cref="IOException">One is missing, or is another.</exception>
    public static RunConfigurations? Of(JournalWalk walk, ConfigFile asked) => walk.Changes() is { } changes
        ? new RunConfigurations(new RecordedConfigurations(walk.Folder), changes.First, changes.Last, changes.Count, asked)
        : null;

    /// <summary>Times that another was taken up.</summary>
    public int Changes { get; }

    /// <summary>What the run began with.</summary>
    public ConfigFile First { get; }

    /// <summary>The last one is, word for word, the one that is asked about.</summary>
    public bool EndsWith { get; }

    /// <inheritdoc/>
    public ConfigFile At(in ConfigurationChange change) => _recorded.At(in change);
}
