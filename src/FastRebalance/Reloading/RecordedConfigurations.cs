using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Reloading;

/// <summary>
/// The configurations of a run that is over, from its journal's folder, each held against the hash that its event tells. Of them only what decides is read:
/// assets and portfolio. No chain is asked, and no secret file is looked for.
/// </summary>
internal sealed class RecordedConfigurations(string folder) : IConfigurations
{
    /// <summary>What the run began with, by the first change's word of it.</summary>
    /// <exception cref="IOException">It is missing, or is another.</exception>
    /// <exception cref="ConfigException">It cannot be read by this release.</exception>
    public ConfigFile First(in ConfigurationChange firstChange) => Read(0, firstChange.Before);

    /// <inheritdoc/>
    /// <exception cref="ConfigException">It cannot be read by this release.</exception>
    public ConfigFile At(in ConfigurationChange change) => Read(change.Generation, change.Hash);

    private ConfigFile Read(uint generation, Hash32 hash)
    {
        string path = ConfigurationFiles.PathOf(folder, generation);
        string text = ConfigurationFiles.Read(folder, generation) ?? throw new IOException(
            $"{path} is missing: the run went by it, and its journal does not replay without it. Put back the file that the run wrote");
        if (ConfigurationFiles.HashOf(text) != hash)
            throw new IOException(
                $"{path} is not what the run went by: its hash is {ConfigurationFiles.HashOf(text)}, and the journal tells {hash}. Put back the file that the run wrote");
        List<ConfigProblem> problems = [];
        ConfigFile? config = ConfigReader.ParseForSimulation(text, folder, problems, out _);
        return config is not null && problems.Count == 0 ? config : throw new ConfigException(problems);
    }
}
