namespace FastRebalance.ChainTests;

/// <summary>A temporary folder for one chain, removed with its content on dispose.</summary>
internal sealed class DevnetFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("devnet-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
