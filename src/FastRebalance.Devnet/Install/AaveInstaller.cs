namespace FastRebalance.Devnet.Install;

/// <summary>
/// Brings the lending market's published bytecode onto this machine, once, and only where it is asked for: by its own recipe beside the local chain's,
/// with the price source that stands in for a real oracle's, compiled by the packaged compiler.
/// </summary>
internal sealed class AaveInstaller(string? directory = null, Action<string>? progress = null)
{
    private static readonly string[] s_recipe =
        ["aave/package.json", "aave/package-lock.json", "aave/compile-price-source.cjs", "aave/DevPriceSource.sol"];

    private readonly string _directory = Path.GetFullPath(directory ?? DevnetInstaller.DefaultDirectory);

    /// <summary>Artifact of the simulated price source, below the folder that <see cref="EnsureAsync"/> answers.</summary>
    public static string PriceSourceArtifact(DevnetParts parts) => Path.Combine(parts.Directory, "DevPriceSource.json");

    /// <summary>Returns at once when everything is in place; else installs it, which takes some seconds and the network.</summary>
    /// <exception cref="DevnetInstallException">Something is missing; the message says what to do.</exception>
    public async Task<DevnetParts> EnsureAsync(CancellationToken cancellationToken = default)
    {
        Dictionary<string, byte[]> recipe = s_recipe.ToDictionary(name => name, DevnetInstaller.ReadEmbedded);
        DevnetParts parts = new(Path.Combine(_directory, "aave-" + DevnetInstaller.HashOf(recipe)[..16]));
        string stamp = Path.Combine(parts.Directory, DevnetInstaller.StampFile);
        if (File.Exists(stamp))
            return parts;
        Directory.CreateDirectory(parts.Directory);
        string lockPath = Path.Combine(_directory, "install.lock");
        await using FileStream held = await InstallLock.AcquireAsync(lockPath, progress, cancellationToken).ConfigureAwait(false);
        if (File.Exists(stamp))
            return parts;
        foreach ((string name, byte[] content) in recipe)
            await File.WriteAllBytesAsync(Path.Combine(parts.Directory, Path.GetFileName(name)), content, cancellationToken).ConfigureAwait(false);
        progress?.Invoke($"installing the lending market's packages with npm into {parts.Directory}");
        await DevnetInstaller.Run(parts, "npm", DevnetInstaller.NpmArguments, cancellationToken).ConfigureAwait(false);
        progress?.Invoke("compiling the simulated price source");
        await DevnetInstaller.Run(parts, "node", ["compile-price-source.cjs"], cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(stamp, "", cancellationToken).ConfigureAwait(false);
        return parts;
    }
}
