using FastRebalance.Configuration;
using FastRebalance.Core.Events;

namespace FastRebalance.Reloading;

/// <summary>The configurations that a run's events name.</summary>
internal interface IConfigurations
{
    /// <exception cref="IOException">It is missing, or is not the one that the event names; the file is told.</exception>
    ConfigFile At(in ConfigurationChange change);
}
