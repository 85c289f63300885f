using FastRebalance.Configuration;
using FastRebalance.Core.Events;

namespace FastRebalance.Reloading;

/// <summary>Every configuration of a live run, by its number; what is entered is on the disk. Entered by one thread at a time, read by any.</summary>
internal sealed class ConfigurationBook : IConfigurations
{
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly List<ConfigFile> _entered;
    private readonly List<long> _sequences = [long.MinValue];

    /// <param name="folder">The run's own, which is there.</param>
    /// <param name="first">What the run begins with.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public ConfigurationBook(string folder, ConfigFile first)
    {
        _folder = folder;
        _entered = [first];
        ConfigurationFiles.Write(folder, 0, first.Text);
    }

    /// <summary>The newest whose event is in the stream.</summary>
    public ConfigFile Now
    {
        get
        {
            lock (_gate)
                return _entered[_sequences.Count - 1];
        }
    }

    /// <summary>Its number.</summary>
    public uint Generation
    {
        get
        {
            lock (_gate)
                return (uint)(_sequences.Count - 1);
        }
    }

    /// <summary>Writes down what comes next; it holds once its event is published. One that never was is written over.</summary>
    /// <returns>The event's payload.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public ConfigurationChange Enter(ConfigFile next)
    {
        lock (_gate)
        {
            ConfigurationChange change = new()
            {
                Generation = (uint)_sequences.Count,
                Hash = ConfigurationFiles.HashOf(next.Text),
                Before = ConfigurationFiles.HashOf(_entered[_sequences.Count - 1].Text),
            };
            ConfigurationFiles.Write(_folder, change.Generation, next.Text);
            _entered.RemoveRange(_sequences.Count, _entered.Count - _sequences.Count);
            _entered.Add(next);
            return change;
        }
    }

    /// <summary>The event of what was entered last stands in the inbound stream at this place.</summary>
    public void Published(long sequence)
    {
        lock (_gate)
            _sequences.Add(sequence);
    }

    /// <inheritdoc/>
    public ConfigFile At(in ConfigurationChange change)
    {
        lock (_gate)
            return _entered[(int)change.Generation];
    }

    /// <summary>What held for a decision that was made at this event.</summary>
    public ConfigFile AtEvent(long sequence)
    {
        lock (_gate)
            return _entered[_sequences.FindLastIndex(at => at <= sequence)];
    }
}
