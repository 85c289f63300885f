using FastRebalance.Devnet.Node;

namespace FastRebalance.Devnet.Install;

/// <summary>
/// Brings a second node onto this machine, once, and only where it is asked for: hardhat, by its own recipe beside the local chain's. It is stricter
/// with replacements than the chain's own node, and keeps what is underpriced.
/// </summary>
internal static class HardhatInstaller
{
    private static readonly string[] s_recipe = ["hardhat/package.json", "hardhat/package-lock.json", "hardhat/hardhat.config.cjs"];

    /// <summary>Returns the folder, at once when everything is in place.</summary>
    /// <exception cref="DevnetInstallException">Something is missing; the message says what to do.</exception>
    public static async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, byte[]> recipe = s_recipe.ToDictionary(name => name, DevnetInstaller.ReadEmbedded);
        string all = DevnetInstaller.DefaultDirectory;
        string directory = Path.Combine(all, "hardhat-" + DevnetInstaller.HashOf(recipe)[..16]);
        string stamp = Path.Combine(directory, DevnetInstaller.StampFile);
        if (File.Exists(stamp))
            return directory;
        Directory.CreateDirectory(directory);
        await using FileStream held = await InstallLock.AcquireAsync(Path.Combine(all, "install.lock"), null, cancellationToken).ConfigureAwait(false);
        if (File.Exists(stamp))
            return directory;
        foreach ((string name, byte[] content) in recipe)
            await File.WriteAllBytesAsync(Path.Combine(directory, Path.GetFileName(name)), content, cancellationToken).ConfigureAwait(false);
        await DevnetInstaller.Run(new DevnetParts(directory), "npm", DevnetInstaller.NpmArguments, cancellationToken).ConfigureAwait(false);
        if (!File.Exists(HardhatNode.ProgramIn(directory)))
            throw new DevnetInstallException($"npm installed no hardhat: {HardhatNode.ProgramIn(directory)} is missing");
        await File.WriteAllTextAsync(stamp, "", cancellationToken).ConfigureAwait(false);
        return directory;
    }
}
