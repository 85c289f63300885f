using System.Text;

namespace FastRebalance.Devnet.Node;

/// <summary>
/// Where the node's Unix socket lies: in the output directory, or in a short temporary one when the path would be longer than a
/// socket address holds (108 bytes on Linux, 104 on macOS).
/// </summary>
internal sealed class NodeSocket
{
    public const string FileName = "anvil.ipc";
    private const int LongestPathBytes = 100;

    private readonly string? _temporaryDirectory;

    private NodeSocket(string path, string? temporaryDirectory)
    {
        Path = path;
        _temporaryDirectory = temporaryDirectory;
    }

    public string Path { get; }

    /// <summary>Chooses the path and clears away what an earlier node left there.</summary>
    public static NodeSocket Prepare(string directory)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), FileName);
        if (Encoding.UTF8.GetByteCount(path) <= LongestPathBytes)
        {
            File.Delete(path);
            return new NodeSocket(path, null);
        }
        string temporary = Directory.CreateTempSubdirectory("frb-").FullName;
        return new NodeSocket(System.IO.Path.Combine(temporary, FileName), temporary);
    }

    /// <summary>The node leaves its socket file behind when it ends: this takes it away.</summary>
    public void Remove()
    {
        File.Delete(Path);
        if (_temporaryDirectory is not null)
            Directory.Delete(_temporaryDirectory);
    }
}
