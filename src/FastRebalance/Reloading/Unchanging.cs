using FastRebalance.Configuration;
using FastRebalance.Core.Events;

namespace FastRebalance.Reloading;

/// <summary>One configuration, whatever a run's events name: for asking what another would have made of them.</summary>
internal sealed class Unchanging(ConfigFile config) : IConfigurations
{
    public ConfigFile At(in ConfigurationChange change) => config;
}
