using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using FastRebalance.Devnet.Node;

namespace FastRebalance.Devnet.Install;

/// <summary>
/// Brings the real parts of the local chain onto this machine, once: exact npm packages (held to their hashes by the lock file),
/// and the token contract compiled by the packaged compiler. Each recipe gets a folder named by its hash, so a newer recipe never
/// disturbs a running chain of an older one; a folder without its stamp was interrupted and is done again.
/// </summary>
/// <param name="directory">Null for <see cref="DefaultDirectory"/>.</param>
/// <param name="progress">Told, in a line each, what is going on; null for silence.</param>
public sealed class DevnetInstaller(string? directory = null, Action<string>? progress = null)
{
    internal const string StampFile = "installed";
    private static readonly string[] RecipeFiles = ["package.json", "package-lock.json", "compile-token.cjs", "DevToken.sol"];
    internal static readonly string[] NpmArguments = ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];

    private readonly string _directory = Path.GetFullPath(directory ?? DefaultDirectory);

    /// <summary><c>artifacts/devnet</c> of the checkout that this program was built in, else a folder of the user's local data.</summary>
    public static string DefaultDirectory
    {
        get
        {
            for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (File.Exists(Path.Combine(at.FullName, "FastRebalance.sln")))
                    return Path.Combine(at.FullName, "artifacts", "devnet");
            string data = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(data, "fastrebalance", "devnet");
        }
    }

    /// <summary>Returns at once when everything is in place; else installs it, which takes some seconds and the network.</summary>
    /// <exception cref="DevnetInstallException">Something is missing; the message says what to do.</exception>
    public async Task<DevnetParts> EnsureAsync(CancellationToken cancellationToken = default)
    {
        Dictionary<string, byte[]> recipe = RecipeFiles.ToDictionary(name => name, ReadEmbedded);
        DevnetParts parts = new(Path.Combine(_directory, HashOf(recipe)[..16]));
        if (IsInstalled(parts))
            return parts;

        Directory.CreateDirectory(_directory);
        string lockPath = Path.Combine(_directory, "install.lock");
        await using FileStream held = await InstallLock.AcquireAsync(lockPath, progress, cancellationToken).ConfigureAwait(false);
        if (!IsInstalled(parts))
            await Install(parts, recipe, cancellationToken).ConfigureAwait(false);
        return parts;
    }

    private static bool IsInstalled(DevnetParts parts) => File.Exists(Path.Combine(parts.Directory, StampFile));

    private async Task Install(DevnetParts parts, Dictionary<string, byte[]> recipe, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(parts.Directory);
        foreach ((string name, byte[] content) in recipe)
            await File.WriteAllBytesAsync(Path.Combine(parts.Directory, name), content, cancellationToken).ConfigureAwait(false);

        long started = Stopwatch.GetTimestamp();
        progress?.Invoke($"installing the node and the protocol packages with npm into {parts.Directory}");
        await Run(parts, "npm", NpmArguments, cancellationToken).ConfigureAwait(false);
        if (!File.Exists(parts.NodeProgram))
            throw new DevnetInstallException(
                $"npm installed no node for this platform: {parts.NodeProgram} is missing (is the package published for it?)");

        progress?.Invoke("compiling the token contract");
        await Run(parts, "node", ["compile-token.cjs"], cancellationToken).ConfigureAwait(false);

        await File.WriteAllTextAsync(Path.Combine(parts.Directory, StampFile), "", cancellationToken).ConfigureAwait(false);
        progress?.Invoke($"installed in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }

    internal static async Task Run(DevnetParts parts, string program, string[] arguments, CancellationToken cancellationToken)
    {
        using Process process = Start(parts, program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await GuardedProcess.Stop(process).ConfigureAwait(false);
        }

        if (process.ExitCode is 126 or 127)
            throw new DevnetInstallException(HowToGetNode(program));
        if (process.ExitCode != 0)
        {
            string said = (await output.ConfigureAwait(false) + await error.ConfigureAwait(false)).Trim();
            throw new DevnetInstallException(
                $"'{program} {string.Join(' ', arguments)}' failed with exit code {process.ExitCode} in {parts.Directory}:\n{said}");
        }
    }

    private static Process Start(DevnetParts parts, string program, string[] arguments)
    {
        try
        {
            // npm is a batch file on Windows, which only its shell runs.
            return OperatingSystem.IsWindows()
                ? GuardedProcess.Start("cmd.exe", ["/c", program, .. arguments], parts.Directory)
                : GuardedProcess.Start(program, arguments, parts.Directory);
        }
        catch (Win32Exception e)
        {
            throw new DevnetInstallException(HowToGetNode(program), e);
        }
    }

    private static string HowToGetNode(string program) =>
        $"'{program}' was not found: the local chain is installed with npm. On Debian and Ubuntu run 'apt-get install nodejs npm'; "
        + "elsewhere install Node.js 20 or later.";

    internal static byte[] ReadEmbedded(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly was built without its resource '{name}'");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    // Names and lengths go in as well, so that no two recipes run together into the same bytes.
    internal static string HashOf(Dictionary<string, byte[]> recipe)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in recipe.Keys)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {recipe[name].Length}\n"));
            hash.AppendData(recipe[name]);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
