using System.Runtime.InteropServices;

namespace FastRebalance.Devnet.Install;

/// <summary>The installed real parts: where the node's program and the published contract artifacts lie.</summary>
/// <param name="Directory">The folder that holds <c>node_modules</c> and the compiled token.</param>
public sealed record DevnetParts(string Directory)
{
    /// <summary>The node's own program, without the JavaScript wrapper that slows its start and hides its exit code.</summary>
    public string NodeProgram => Path.Combine(Directory, "node_modules", "@foundry-rs", $"anvil-{Platform}", "bin", NodeFile);

    /// <summary>Artifact of the token contract (<c>DevToken.sol</c>), compiled at installation.</summary>
    public string TokenArtifact => Path.Combine(Directory, "DevToken.json");

    /// <param name="path">Below <c>node_modules</c>, with forward slashes.</param>
    public string PackageFile(string path) => Path.Combine(Directory, "node_modules", Path.Combine(path.Split('/')));

    private static string NodeFile => OperatingSystem.IsWindows() ? "anvil.exe" : "anvil";

    private static string Platform
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            string processor = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
            return $"{system}-{processor}";
        }
    }
}
